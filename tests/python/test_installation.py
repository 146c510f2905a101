import openmm
import pytest

from openmmoscillators import installation
from openmmoscillators._plugin import supporting_platforms
from openmmoscillators.commands.info import collect


@pytest.fixture(scope="module")
def facts():
    return collect()


def test_every_platform_computes_what_reference_does(facts):
    checks = [check for check in facts["platform_checks"] if check["platform"] in supporting_platforms()]
    expected = {name for name in supporting_platforms() if name != "Reference"}
    assert {check["platform"] for check in checks} == expected
    assert [check for check in checks if check["problem"]] == []
    in_double = [check["path_error"] for check in checks if check["precision"] == "double"]
    in_single = [check["path_error"] for check in checks if check["precision"] == "single"]
    assert max(in_double) < 1e-8 < min(in_single)  # single precision was in use where it was asked for


def test_a_precision_that_a_device_cannot_do_is_named_and_the_others_are_checked(monkeypatch):
    run = installation._run

    def without_mixed(name, properties, precision):
        if precision == "mixed":
            raise openmm.OpenMMException("this device cannot do that\nand more")
        return run(name, properties, precision)

    monkeypatch.setattr(installation, "_run", without_mixed)
    problems = {check.precision: check.problem for check in installation.check_platform("CPU")}
    assert problems == {"single": "", "mixed": "this device cannot do that", "double": ""}


def test_wrong_numbers_are_a_problem(monkeypatch):
    run = installation._run

    def shifted(name, properties, precision):
        forces, path = run(name, properties, precision)
        return forces, path + (0.01 if name != "Reference" else 0.0)

    monkeypatch.setattr(installation, "_run", shifted)
    checks = installation.check_platform("CPU")
    assert len(checks) == 3
    assert all("differs from Reference" in check.problem for check in checks)
