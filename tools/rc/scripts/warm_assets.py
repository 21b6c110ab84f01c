"""Run in an Odoo shell: make the web assets once, so that no first visitor or tour waits for them."""

qweb = env["ir.qweb"]  # noqa: F821
qweb._pregenerate_assets_bundles()
if "website" in env:  # noqa: F821
    js_bundles, css_bundles = qweb._get_bundles_to_pregenarate()
    for website in env["website"].search([]):  # noqa: F821
        params = {"website_id": website.id}
        for bundle in sorted(js_bundles):
            qweb._get_asset_bundle(bundle, css=False, js=True, assets_params=params).js()
        for bundle in sorted(css_bundles):
            qweb._get_asset_bundle(bundle, css=True, js=False, assets_params=params).css()
env.cr.commit()  # noqa: F821
