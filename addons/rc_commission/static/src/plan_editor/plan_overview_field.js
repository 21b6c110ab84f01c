import {Component, useRef} from "@odoo/owl";
import {ConfirmationDialog} from "@web/core/confirmation_dialog/confirmation_dialog";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {useSortable} from "@web/core/utils/sortable_owl";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A part of a plan version in words: its rules, its ladders, its limits, or why it needs an
 * override. In a draft, rules and ladders open their form; each change is saved at once, so that
 * the sentences and the plan file never differ.
 */
export class PlanOverviewField extends Component {
    static template = "rc_commission.PlanOverviewField";
    static props = {...standardFieldProps, part: {type: String}};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        useSortable({
            ref: useRef("rules"),
            enable: () => this.canEdit,
            elements: ".o_rc_rule",
            handle: ".o_rc_handle",
            cursor: "grabbing",
            onDrop: ({element, previous}) => this.onMove(element, previous),
        });
    }

    get overview() {
        return this.props.record.data[this.props.name] || {};
    }

    get canEdit() {
        return this.props.record.data.state === "draft" && this.props.record.isInEdition;
    }

    /** Save the form, let the server do something, and show what came of it. */
    async run(method, ...args) {
        const record = this.props.record;
        if (!(await record.save())) {
            return;
        }
        const action = await this.orm.call(record.resModel, method, [[record.resId], ...args]);
        if (action) {
            await this.action.doAction(action, {onClose: () => record.load()});
        } else {
            await record.load();
        }
    }

    onMove(element, previous) {
        const ids = this.overview.rules.map((rule) => rule.id);
        const id = element.dataset.id;
        const others = ids.filter((other) => other !== id);
        const place = previous ? others.indexOf(previous.dataset.id) + 1 : 0;
        if (ids.indexOf(id) !== place) {
            this.run("action_move_rule", id, place);
        }
    }

    onRemove(method, name) {
        this.dialog.add(ConfirmationDialog, {
            title: _t("Remove"),
            body: _t("Remove “%s” from the plan?", name),
            confirmLabel: _t("Remove"),
            confirm: () => this.run(method, name),
            cancel: () => true,
        });
    }
}

registry.category("fields").add("rc_plan_overview", {
    component: PlanOverviewField,
    supportedTypes: ["json"],
    fieldDependencies: [{name: "state", type: "selection"}],
    extractProps: ({options}) => ({part: options.part}),
});
