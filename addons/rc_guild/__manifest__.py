{
    "name": "Network Guild",
    "summary": "Guilds, joining by code, contribution points and a monthly growth fund",
    "version": "19.0.1.0.0",
    "category": "Sales/Network",
    "license": "LGPL-3",
    "author": "RainbowCity Network contributors",
    "website": "https://github.com/rainbowcity-network/odoo-network",
    "depends": ["rc_commission", "gamification"],
    "data": [],
}
