"""Facts of this project that the tools need."""

ODOO_SERIES = "19.0"
ODOO_PACKAGE = "odoo-19"
ODOO_TESTED = "19.0.0+dfsg-1"

# Odoo's static files point to these Debian packages by relative path.
ODOO_COMPANIONS = (
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-montserrat",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
)

# Debian leaves this file out; without it every back-office page logs an error.
ODOO_STUBS = ("addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js",)

# What the demo story uses beyond the addons' own dependencies.
DEMO_EXTRAS = ("auth_oauth", "contacts", "payment_demo", "payment_stripe", "sale_management")
DEMO_LANGUAGES = "en_US,zh_CN"

DEV_DATABASE = "rc_demo"
DEV_PORT = 8069

# (what the person is, login, password)
LOGINS = (
    ("administrator", "admin", "admin"),
    ("program manager", "manager", "manager"),
    ("salesperson", "sara", "sara"),
    ("accountant", "accountant", "accountant"),
    ("partner, studio Lotus Yoga", "lotus", "lotus"),
    ("KOL", "kol", "kol"),
    ("member", "mia", "mia"),
)
