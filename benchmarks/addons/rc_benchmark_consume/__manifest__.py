{
    "name": "Benchmark: Consume over HTTP",
    "summary": "A door for benchmarks/consume.py only; never installed, never shipped",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "RainbowCity Network contributors",
    "website": "https://github.com/rainbowcity-network/odoo-network",
    "depends": ["base"],
    "installable": False,
}
