{
    "name": "Network Referral: Sign-up by Identity Provider",
    "summary": "Carries the visitor through OAuth, for providers whose answer comes without cookies",
    "version": "19.0.1.0.0",
    "category": "Sales/Network",
    "license": "LGPL-3",
    "author": "RainbowCity Network contributors",
    "website": "https://github.com/rainbowcity-network/odoo-network",
    "depends": ["rc_referral", "auth_oauth"],
    "auto_install": True,
}
