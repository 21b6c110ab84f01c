"""Where the blocks of rules register under the words plan files use for them."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator


class Registry:
    """Word of the plan file → class of the block."""

    def __init__(self, name: str):
        self.name = name
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

    def __contains__(self, word: object) -> bool:
        return word in self._blocks

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._blocks))

    def word_of(self, block: object) -> str:
        """Return the word a block is registered under."""
        return next(word for word, kind in self._blocks.items() if type(block) is kind)

    def load(self, package) -> None:
        """Import every file of the folder, so that its block registers itself."""
        for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
            importlib.import_module(f"{package.__name__}.{module.name}")


BENEFICIARIES = Registry("beneficiaries")
RATES = Registry("rates")
CONDITIONS = Registry("conditions")
METRICS = Registry("metrics")
MOVES = Registry("moves")
