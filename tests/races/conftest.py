import pytest

from . import pool as processes
from . import world


@pytest.fixture(scope="session")
def pool():
    """Fifty processes, each with its own connection to the scratch database."""
    workers = processes.Pool(50)
    yield workers
    workers.close()


@pytest.fixture(autouse=True)
def _the_books_balance(pool):
    """After all rounds of every race: balance = sum of entries, in every ledger."""
    yield
    assert world.imbalances() == {}
    assert world.usage_imbalances() == []


@pytest.fixture
def rounds():
    """As often as the product promises its main races: 20 times in CI, 200 at night."""
    return range(processes.ROUNDS)


@pytest.fixture
def few():
    """A fifth of that, for the races that stand beside them."""
    return range(max(3, processes.ROUNDS // 5))
