import {PosOrder} from "@point_of_sale/app/models/pos_order";
import {patch} from "@web/core/utils/patch";

patch(PosOrder.prototype, {
    /** Lines that give somebody something of a membership. */
    getMemberLines() {
        return this.lines.filter((line) => line.product_id?.product_tmpl_id?.rc_needs_customer);
    },
    get isCustomerRequired() {
        return super.isCustomerRequired || (!this.partner_id && this.getMemberLines().length > 0);
    },
    /** What the rewards cost in points of membership programs: program → points. */
    getMemberPointsCosts() {
        const costs = new Map();
        for (const line of this._get_reward_lines()) {
            const program = line.reward_id?.program_id;
            if (program?.rc_is_face && line.points_cost && !line.refunded_orderline_id) {
                costs.set(program, (costs.get(program) || 0) + line.points_cost);
            }
        }
        return costs;
    },
    /** A program that only spends has no rule by which Odoo would find it applicable. */
    _programIsApplicable(program) {
        if (program.rc_is_face && !program.rule_ids.length) {
            return Boolean(this.getPartner());
        }
        return super._programIsApplicable(...arguments);
    },
    /** Points are whole: what is left over of the price is paid in money. */
    _getRewardLineValuesDiscount(args) {
        const lines = super._getRewardLineValuesDiscount(...arguments);
        const {reward} = args;
        if (!Array.isArray(lines) || !lines.length || !reward.program_id.rc_is_face) {
            return lines;
        }
        if (reward.discount_mode !== "per_point") {
            return lines;
        }
        const cost = lines[0].points_cost;
        const whole = Math.floor(cost + 1e-6);
        if (!whole) {
            return [];
        }
        for (const line of lines) {
            line.price_unit = (line.price_unit * whole) / cost;
        }
        lines[0].points_cost = whole;
        return lines;
    },
});
