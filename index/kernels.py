"""Linear layers as this processor computes them best. Imports torch: only ``index.models`` imports this."""

from __future__ import annotations

from functools import cached_property
from typing import Self

import torch
from torch import Tensor, nn

_HALF = ("amx_bf16", "avx512_bf16")
"""What a processor must have one of for bf16 to be faster than float32: without, it is computed in float32 anyway."""


def has_bf16() -> bool:
    """Whether this processor multiplies bf16 matrices in hardware."""
    capabilities = torch.cpu.get_capabilities()
    return any(capabilities.get(name, False) for name in _HALF)


def pack_linear(model: nn.Module) -> int:
    """Give every linear layer of ``model`` weights in oneDNN's own order. Returns how many were given them.

    torch multiplies float32 matrices with MKL, which does not use all of every processor: on an AMD EPYC oneDNN
    is 2.3 times as fast, and 2.5 times for a question. Only weights of float32 are packed, only where this torch
    has oneDNN, and the weights are kept beside the packed ones. Results are the same but for rounding.
    """
    if not (torch._C._has_mkldnn and hasattr(torch.ops.mkldnn, "_linear_pointwise")):
        return 0
    packed = 0
    for name, child in model.named_children():
        # The type itself: a subclass may compute something else.
        if type(child) is nn.Linear and child.weight.dtype == torch.float32:
            setattr(model, name, PackedLinear.of(child))
            packed += 1
        else:
            packed += pack_linear(child)
    return packed


class PackedLinear(nn.Linear):
    """A linear layer for inference, computed by oneDNN; under autocast in bf16, otherwise in float32."""

    @classmethod
    def of(cls, layer: nn.Linear) -> Self:
        """The same layer, which keeps its parameters."""
        packed = cls(layer.in_features, layer.out_features, bias=layer.bias is not None, device="meta")
        packed.weight, packed.bias = layer.weight, layer.bias
        return packed.eval()

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch's name for it)
        """``input`` (…, in) to (…, out)."""
        if torch.is_autocast_enabled("cpu"):
            weight, bias = self._half
            return _linear(input.to(torch.bfloat16), weight, bias)
        if input.dtype != torch.float32:
            return super().forward(input)
        return _linear(input, self._single, self.bias)

    @cached_property
    def _single(self) -> Tensor:
        return _packed(self.weight.detach())

    @cached_property
    def _half(self) -> tuple[Tensor, Tensor | None]:
        bias = None if self.bias is None else self.bias.detach().to(torch.bfloat16)
        return _packed(self.weight.detach().to(torch.bfloat16)), bias


def _packed(weight: Tensor) -> Tensor:
    packed: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight)
    return packed


def _linear(rows: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    product: Tensor = torch.ops.mkldnn._linear_pointwise(rows, weight, bias, "none", [], "")
    return product
