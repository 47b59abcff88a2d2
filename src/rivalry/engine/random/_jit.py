"""How the samplers are compiled, and the two bit casts that Python lacks.

``fastmath`` is limited to contraction into fused multiply-adds: the flags that let LLVM assume
"no NaN" or "no infinity" would turn a broken hazard into a plausible number.

``_nrt`` off leaves out Numba's reference counting. A function that passes its state array on to
another one would otherwise count it up and down atomically, which costs more than a draw
(measured: a normal 13.5 ns with, 3.1 ns without). Code compiled so may take and index arrays,
but not allocate them.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

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


def source_digest() -> str:
    """Return a hash of the source of all samplers and densities.

    Machine code that has inlined a sampler must be dropped when the sampler changes. Numba's
    disk cache looks only at the file of the function that was compiled, so generated code has
    to carry this digest in its name.

    Returns
    -------
    str
        Sixteen hexadecimal digits.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


_DIGEST = source_digest()


_Function = TypeVar("_Function", bound=Callable[..., Any])


def _compile(**options: Any) -> Callable[[_Function], _Function]:
    def decorate(function: _Function) -> _Function:
        dispatcher: _Function = njit(**options)(function)
        # Bind the disk cache to all sources, since any of them may be inlined here. Without
        # this attribute (another Numba) the cache is bound to the one file, as is usual.
        cache_file: Any = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
        if hasattr(cache_file, "_source_stamp"):
            cache_file._source_stamp = _DIGEST
        return dispatcher

    return decorate


jit = _compile(**OPTIONS)
"""Compile; LLVM decides about inlining."""

jit_inline = _compile(**OPTIONS, forceinline=True)
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
