"""The visitor in an OAuth ``state`` moved to an addon of its own.

An update installs nothing by itself, so the addon is marked where it would have installed itself.
"""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_module_module SET state = 'to install'
         WHERE name = 'rc_referral_auth_oauth' AND state = 'uninstalled'
           AND EXISTS (SELECT 1 FROM ir_module_module
                        WHERE name = 'auth_oauth' AND state IN ('installed', 'to upgrade'))
        """
    )
