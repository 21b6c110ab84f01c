"""Run in an Odoo shell: make the web assets once, so that no first visitor or tour waits for them.

Pages of the website have their own copy of the frontend bundles, keyed by the website.
"""

FRONTEND = ("web.assets_frontend", "web.assets_frontend_minimal", "web.assets_frontend_lazy")
BACKEND = ("web.assets_web", "web.assets_tests")

qweb = env["ir.qweb"]  # noqa: F821
websites = env["website"].search([]).ids if "website" in env else []  # noqa: F821
wanted = [(name, {}) for name in BACKEND]
wanted += [(name, {"website_id": id_}) for name in FRONTEND for id_ in websites]
for name, key in wanted:
    qweb._get_asset_bundle(name, css=False, js=True, assets_params=key).js()
    qweb._get_asset_bundle(name, css=True, js=False, assets_params=key).css()
env.cr.commit()  # noqa: F821
