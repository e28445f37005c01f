"""Linear layers packed for this processor: the same results, the same parameters."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from index.kernels import PackedLinear, has_bf16, pack_linear

CPUINFO = Path("/proc/cpuinfo")
SHAPES = [(48,), (1, 48), (3, 5, 48), (0, 48), (2, 0, 48)]


class Doubled(nn.Linear):
    """A layer of its own kind, which must stay what it is."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (torch's name for it)
        """Twice what the layer gives."""
        return 2 * super().forward(input)


def layers(bias: bool = True) -> tuple[nn.Linear, nn.Sequential]:
    """A layer, and a model that has it packed."""
    layer = nn.Linear(48, 20, bias=bias)
    model = nn.Sequential(layer)
    assert pack_linear(model) == 1
    return layer, model


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("bias", [True, False])
def test_results_are_the_same_but_for_rounding(shape: tuple[int, ...], bias: bool) -> None:
    layer, model = layers(bias)
    rows = torch.randn(*shape)
    with torch.inference_mode():
        torch.testing.assert_close(model(rows), layer(rows), atol=1e-5, rtol=1e-5)
        assert model(rows).dtype == torch.float32


def test_rows_that_do_not_lie_side_by_side_are_read_rightly() -> None:
    layer, model = layers()
    rows = torch.randn(48, 7).T
    with torch.inference_mode():
        torch.testing.assert_close(model(rows), layer(rows), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
def test_under_autocast_it_multiplies_in_bf16_and_only_there(bias: bool) -> None:
    layer, model = layers(bias)
    rows = torch.randn(9, 48)
    with torch.inference_mode():
        with torch.autocast("cpu", torch.bfloat16):
            half = model(rows)
        assert half.dtype == torch.bfloat16
        torch.testing.assert_close(half.float(), layer(rows), atol=0.05, rtol=0.02)
        assert model(rows).dtype == torch.float32


def test_what_is_not_float32_is_left_to_torch() -> None:
    layer, model = layers()
    double = nn.Sequential(nn.Linear(4, 4).double())
    assert pack_linear(double) == 0
    with pytest.raises(RuntimeError, match="dtype"), torch.inference_mode():
        layer(torch.randn(2, 48).double())
    with pytest.raises(RuntimeError, match="dtype"), torch.inference_mode():
        model(torch.randn(2, 48).double())


def test_layers_are_packed_at_any_depth_and_other_kinds_left_alone() -> None:
    model = nn.Sequential(nn.Sequential(nn.Linear(3, 3), nn.ReLU()), Doubled(3, 3), nn.LayerNorm(3))
    names = list(model.state_dict())
    assert pack_linear(model) == 1
    assert isinstance(model[0][0], PackedLinear)
    assert type(model[1]) is Doubled
    assert list(model.state_dict()) == names
    assert pack_linear(model) == 0


@pytest.mark.skipif(not CPUINFO.exists(), reason="the system does not say what the processor can")
def test_whether_the_processor_has_bf16_is_as_the_system_says() -> None:
    assert has_bf16() == bool({"avx512_bf16", "amx_bf16"} & set(CPUINFO.read_text().split()))
