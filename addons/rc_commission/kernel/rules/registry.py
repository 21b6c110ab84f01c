"""Where the blocks of rules register under the words plan files use for them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator


class Registry:
    """Word of the plan file → class of the block; ``planned`` words wait for a later version."""

    def __init__(self, name: str, planned: str):
        self.name = name
        self.planned = frozenset(planned.split())
        self._blocks: dict[str, type] = {}

    def register(self, word: str) -> Callable[[type], type]:
        """Return a decorator that puts a class under ``word``; a word is taken once."""

        def decorate(block: type) -> type:
            if word in self._blocks:
                raise ValueError(f"two {self.name} are called {word!r}")
            self._blocks[word] = block
            return block

        return decorate

    def __getitem__(self, word: str) -> type:
        return self._blocks[word]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._blocks))

    def load(self, package) -> None:
        """Import every file of the folder, so that its block registers itself."""
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
            importlib.import_module(f"{package.__name__}.{module.name}")


BENEFICIARIES = Registry(
    "beneficiaries",
    "upline differential region service_point team guild guild_leader channel_manager person each"
    " match pool pool_share",
)
RATES = Registry(
    "rates", "table_by_rank table_by_own_tier table_by_country table_by_region brackets"
)
CONDITIONS = Registry("conditions", "metric buyer order")
