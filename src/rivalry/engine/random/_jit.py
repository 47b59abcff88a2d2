"""How the samplers are compiled, and the two bit casts that Python lacks.

``fastmath`` is limited to contraction into fused multiply-adds: the flags that let LLVM assume
"no NaN" or "no infinity" would turn a broken hazard into a plausible number.
"""

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

OPTIONS: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "error_model": "numpy",
    "boundscheck": False,
    "fastmath": {"contract"},
    "_nrt": False,
}

jit: Callable[..., Any] = njit(**OPTIONS)
"""Compile; LLVM decides about inlining."""

jit_inline: Callable[..., Any] = njit(**OPTIONS, forceinline=True)
"""Compile and inline into every caller: for bodies of a few instructions only."""


@intrinsic
def bits_to_float(typingctx: Any, bits: Any) -> Any:
    """Reinterpret a uint64 as the float64 with the same bits."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.uint64), codegen


@intrinsic
def float_to_bits(typingctx: Any, value: Any) -> Any:
    """Reinterpret a float64 as the uint64 with the same bits."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.uint64(types.float64), codegen
