def migrate(cr, version):
    """Install the glue for Odoo's point of sale where that was there before the glue was."""
    cr.execute(
        """
        UPDATE ir_module_module SET state = 'to install'
         WHERE name = 'rc_membership_pos' AND state = 'uninstalled'
           AND EXISTS (SELECT 1 FROM ir_module_module
                        WHERE name = 'pos_loyalty' AND state IN ('installed', 'to upgrade'))
        """
    )
