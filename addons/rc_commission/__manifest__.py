{
    "name": "Network Commission",
    "summary": "Compensation plans as data, commissions with their explanation, vendor bills",
    "version": "19.0.1.0.0",
    "category": "Sales/Network",
    "license": "LGPL-3",
    "author": "RainbowCity Network contributors",
    "website": "https://github.com/rainbowcity-network/odoo-network",
    "depends": ["rc_referral", "web_hierarchy"],
    "external_dependencies": {"python": ["PyYAML"]},
    "data": [],
}
