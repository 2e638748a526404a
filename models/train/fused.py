"""Functions that a GPU runs as few kernels: compiled once for all sizes. On a CPU, where it gains nothing at these sizes, they run as written."""
from __future__ import annotations

import os
from functools import wraps
from typing import Any, Callable, TypeVar

import torch
import torch._dynamo
import torch._inductor.config
from torch import Tensor

F = TypeVar("F", bound=Callable[..., Any])

# The analysis of memory access that picks tiles fails an assertion on some kernels with dynamic sizes (PyTorch 2.11).
if hasattr(torch._inductor.config.triton, "coalesce_tiling_analysis"):
    torch._inductor.config.triton.coalesce_tiling_analysis = False
torch._dynamo.config.recompile_limit = 32


def fused(fn: F) -> F:
    """`fn` compiled with dynamic sizes where its first tensor lies on a GPU."""
    compiled = fn if os.environ.get("LAVIDA_EAGER") else torch.compile(fn, dynamic=True)

    @wraps(fn)
    def run(*args: Any, **kwargs: Any) -> Any:
        if torch.compiler.is_compiling():
            return fn(*args, **kwargs)
        on_gpu = next(a for a in args if isinstance(a, Tensor)).is_cuda
        return (compiled if on_gpu else fn)(*args, **kwargs)

    return run  # type: ignore[return-value]
