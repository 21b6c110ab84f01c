{
    "name": "Network Membership: Point of Sale",
    "summary": "Plans, add-ons and packages sold at the counter; points spent and earned there",
    "version": "19.0.1.0.0",
    "category": "Sales/Network",
    "license": "LGPL-3",
    "author": "RainbowCity Network contributors",
    "website": "https://github.com/rainbowcity-network/odoo-network",
    "depends": ["rc_membership", "pos_loyalty"],
    "data": [
        "data/pos_category_data.xml",
        "views/pos_order_views.xml",
        "views/res_config_settings_views.xml",
    ],
    "demo": ["demo/pos_config_demo.xml"],
    "assets": {
        "point_of_sale._assets_pos": ["rc_membership_pos/static/src/app/**/*"],
        "web.assets_tests": ["rc_membership_pos/static/tests/tours/**/*"],
    },
    "post_init_hook": "post_init_hook",
    "auto_install": True,
}
