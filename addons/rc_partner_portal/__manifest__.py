{
    "name": "Network Partner Portal",
    "summary": "Partner types and grades, partner dashboard in the portal, partner 360",
    "version": "19.0.1.0.0",
    "category": "Sales/Network",
    "license": "LGPL-3",
    "author": "RainbowCity Network contributors",
    "website": "https://github.com/rainbowcity-network/odoo-network",
    "depends": ["rc_commission", "website_crm_partner_assign"],
    "data": [
        "security/ir.model.access.csv",
        "data/res_partner_grade_data.xml",
        "views/res_partner_views.xml",
        "views/portal_templates.xml",
        "views/rc_partner_portal_menus.xml",
    ],
    "demo": [
        "demo/res_partner_demo.xml",
    ],
    "assets": {
        "web.assets_frontend": [
            "rc_partner_portal/static/src/scss/partner_portal.scss",
        ],
        "web.assets_tests": [
            "rc_partner_portal/static/tests/tours/**/*",
        ],
    },
}
