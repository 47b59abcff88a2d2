# Results of rivalry in R: needs arrow, dplyr and ncdf4. Run `rivalry run afghanistan` first, and set the
# folder that it named.

library(arrow)
library(dplyr)
library(ncdf4)

folder <- commandArgs(trailingOnly = TRUE)[1]

# Forecast draws: one row a month, series and draw.
forecast <- read_parquet(file.path(folder, "forecast.parquet"))
forecast |>
  group_by(unit, month_id) |>
  summarise(
    median = median(outcome),
    low = quantile(outcome, 0.05),
    high = quantile(outcome, 0.95),
    .groups = "drop"
  ) |>
  print(n = 24)

# Verdicts on claims: a plain table.
claims <- read.csv(file.path(folder, "claims.csv"))
print(table(claims$section, claims$verdict))

# Trajectories: draws by months, as in xarray. ncdf4 turns the axes round.
ensemble <- nc_open(file.path(folder, "ensemble.nc"))
print(names(ensemble$var))
nc_close(ensemble)
