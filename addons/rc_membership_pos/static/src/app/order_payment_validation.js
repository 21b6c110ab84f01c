import OrderPaymentValidation from "@point_of_sale/app/utils/order_payment_validation";
import {ask} from "@point_of_sale/app/utils/make_awaitable_dialog";
import {AlertDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

patch(OrderPaymentValidation.prototype, {
    async validateOrder() {
        if (!(await this.checkMemberPoints())) {
            return false;
        }
        return await super.validateOrder(...arguments);
    },

    /** Points are spent only where the ledger can say yes, and many of them after a second yes. */
    async checkMemberPoints() {
        const costs = this.order.getMemberPointsCosts();
        if (costs.size && this.pos.data.network.offline) {
            this.pos.dialog.add(AlertDialog, {
                title: _t("Points cannot be spent offline"),
                body: _t("Wait for the connection, or take the discount off and pay in money."),
            });
            return false;
        }
        const isBuyingPoints = this.order
            .getMemberLines()
            .some((line) => line.product_id.product_tmpl_id.rc_is_package);
        if (costs.size && isBuyingPoints) {
            this.pos.dialog.add(AlertDialog, {
                title: _t("Points do not buy points"),
                body: _t("Packages are bought with money: take the points off this order."),
            });
            return false;
        }
        for (const [program, cost] of costs) {
            const above = program.rc_confirm_above;
            if (!above || cost <= above || this.order.rc_confirmed_points >= cost) {
                continue;
            }
            const confirmed = await ask(this.pos.dialog, {
                title: _t("Spend %s points?", cost),
                body: _t("So many points at once need a second yes of the customer."),
            });
            if (!confirmed) {
                return false;
            }
            this.order.rc_confirmed_points = cost;
        }
        return true;
    },

    async _askForCustomerIfRequired() {
        const lines = this.order.getMemberLines();
        if (lines.length && !this.order.getPartner()) {
            const names = [...new Set(lines.map((line) => line.product_id.product_tmpl_id.name))];
            const confirmed = await ask(this.pos.dialog, {
                title: _t("Who is it for?"),
                body: _t("%s is for a member: choose the customer first.", names.join(", ")),
                confirmLabel: _t("Choose Customer"),
            });
            if (confirmed) {
                await this.pos.selectPartner();
            }
            return false;
        }
        return await super._askForCustomerIfRequired(...arguments);
    },

    async finalizeValidation() {
        this.isInvoiceAskedFor = this.order.isToInvoice();
        return await super.finalizeValidation(...arguments);
    },

    /** The server invoices what members buy; the paper comes only when somebody asked for it. */
    shouldDownloadInvoice() {
        return this.isInvoiceAskedFor && super.shouldDownloadInvoice(...arguments);
    },
});
