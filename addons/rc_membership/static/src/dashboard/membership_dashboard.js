/* global luxon */
import {getColor} from "@web/core/colors/colors";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {Dashboard} from "./dashboard";
import {readCohorts, readMonths, readTiers} from "./dashboard_data";

const PERIODS = [6, 12, 24];
const AGES_MAX = 13;
const GREEN = "#147a48";
const TEAL = "#2a9d8f";
const BLUE = "#1d63b8";
const AMBER = "#c9790f";
const RED = "#b42332";

/** How a program's memberships do: figures of this month, their course, and who stays. */
export class MembershipDashboard extends Dashboard {
    static template = "rc_membership.MembershipDashboard";

    periods = PERIODS;
    agesMax = AGES_MAX;
    titles = {mrr: _t("MRR"), members: _t("Members by tier"), cohorts: _t("First month")};

    makeState() {
        return {programs: [], programId: false, period: 12, months: [], tiers: [], cohorts: []};
    }

    async start() {
        this.state.programs = await this.orm.searchRead("rc.program", [], ["name", "currency_id"]);
        this.state.programId = this.state.programs[0]?.id || false;
    }

    async read() {
        const program = [["program_id", "=", this.state.programId]];
        const all = await readMonths(this.orm, program);
        const months = all.slice(-this.state.period);
        if (!months.length) {
            return {months, tiers: [], cohorts: []};
        }
        const since = months[0].month;
        const [tiers, cohorts] = await Promise.all([
            readTiers(this.orm, [...program, ["month", ">=", since]]),
            readCohorts(this.orm, [...program, ["cohort", ">=", since]]),
        ]);
        return {months, tiers, cohorts};
    }

    onProgramChange(ev) {
        this.state.programId = Number(ev.target.value);
        return this.load();
    }

    // -- words and numbers ---------------------------------------------------

    get currencyId() {
        const program = this.state.programs.find((p) => p.id === this.state.programId);
        return program?.currency_id[0];
    }

    formatMonth(month) {
        return luxon.DateTime.fromISO(month).toLocaleString({month: "short", year: "numeric"});
    }

    signed(text, value) {
        return value > 0 ? `+${text}` : text;
    }

    // -- figures -------------------------------------------------------------

    get isEmpty() {
        return !this.state.months.length;
    }

    get now() {
        return this.state.months[this.state.months.length - 1];
    }

    get before() {
        return this.state.months[this.state.months.length - 2] || {mrr: 0, active_count: 0};
    }

    get figures() {
        const {now, before} = this;
        const trials = this.sum("trial_count");
        const grown = now.active_count - before.active_count;
        const earned = now.mrr - before.mrr;
        return [
            {
                key: "active",
                label: _t("Active members"),
                value: this.formatCount(now.active_count),
                note: _t("%s since last month", this.signed(this.formatCount(grown), grown)),
                tone: grown < 0 ? "danger" : "success",
            },
            {
                key: "mrr",
                label: _t("MRR"),
                value: this.formatMoney(now.mrr),
                note: _t("%s since last month", this.signed(this.formatMoney(earned), earned)),
                tone: earned < 0 ? "danger" : "success",
            },
            {
                key: "new",
                label: _t("New this month"),
                value: this.formatCount(now.new_count),
                note: _t("%s returned", this.formatCount(now.return_count)),
                search: "new",
            },
            {
                key: "churned",
                label: _t("Churned this month"),
                value: this.formatCount(now.churn_count),
                note: _t("%s of MRR", this.formatMoney(now.mrr_churn)),
                search: "churn",
            },
            {
                key: "churn_rate",
                label: _t("Churn rate"),
                value: this.formatRate(now.churn_rate),
                note: _t("of %s members at the start", this.formatCount(now.start_count)),
                search: "churn",
            },
            {
                key: "conversion",
                label: _t("Trial conversion"),
                value: trials
                    ? this.formatRate((this.sum("conversion_count") * 100) / trials)
                    : "–",
                note: _t("%s trials in these months", this.formatCount(trials)),
                search: "trial",
            },
        ];
    }

    sum(name) {
        return this.state.months.reduce((total, month) => total + month[name], 0);
    }

    // -- charts --------------------------------------------------------------

    get mrrChart() {
        return this.makeChart("line", [
            {
                label: _t("MRR"),
                data: this.state.months.map((month) => month.mrr),
                borderColor: BLUE,
                backgroundColor: "rgba(29, 99, 184, 0.12)",
                fill: true,
                tension: 0.2,
            },
        ]);
    }

    get movementChart() {
        const series = [
            ["mrr_new", _t("New"), GREEN],
            ["mrr_return", _t("Returned"), TEAL],
            ["mrr_expansion", _t("Expansion"), BLUE],
            ["mrr_contraction", _t("Contraction"), AMBER],
            ["mrr_churn", _t("Churned"), RED],
        ];
        const datasets = series.map(([name, label, backgroundColor]) => ({
            label,
            backgroundColor,
            data: this.state.months.map((month) => month[name]),
        }));
        return this.makeChart("bar", datasets, {isStacked: true, hasLegend: true});
    }

    get tierChart() {
        const datasets = this.state.tiers.map((tier, index) => ({
            label: tier.name,
            backgroundColor: getColor(index, "bright", "sm"),
            data: this.state.months.map((month) => tier.counts[month.month] || 0),
        }));
        return this.makeChart("bar", datasets, {isStacked: true, hasLegend: true, isCount: true});
    }

    makeChart(type, datasets, {isStacked = false, hasLegend = false, isCount = false} = {}) {
        const format = (value, isShort) =>
            isCount ? this.formatCount(value) : this.formatMoney(value, isShort);
        return this.prepareChart(
            type,
            this.state.months.map((month) => this.formatMonth(month.month)),
            datasets,
            {
                x: {stacked: isStacked},
                y: {
                    stacked: isStacked,
                    ticks: {
                        maxTicksLimit: 6,
                        precision: 0,
                        callback: (value) => format(value, true),
                    },
                },
                plugins: {
                    legend: {display: hasLegend, position: "bottom"},
                    tooltip: {
                        callbacks: {
                            label: ({dataset, parsed}) => `${dataset.label}: ${format(parsed.y)}`,
                        },
                    },
                },
            }
        );
    }

    // -- tables --------------------------------------------------------------

    /** Tiers today, with their share of the members. */
    get mix() {
        const {month, active_count: total} = this.now;
        return this.state.tiers
            .map((tier, index) => ({
                ...tier,
                count: tier.counts[month] || 0,
                mrr: tier.mrrs[month] || 0,
                share: total ? ((tier.counts[month] || 0) * 100) / total : 0,
                color: getColor(index, "bright", "sm"),
            }))
            .filter((tier) => tier.count);
    }

    get cohorts() {
        return this.state.cohorts.map(({month, size, cells}) => ({
            key: month,
            label: this.formatMonth(month),
            size,
            cells: cells.map(({count, rate}) => ({
                rate,
                title: _t("%(count)s of %(size)s members", {count, size}),
            })),
        }));
    }

    // -- ways on -------------------------------------------------------------

    openFigure(figure) {
        return figure.search ? this.openMovements(figure.search) : this.openReport("month");
    }

    openMovements(search) {
        return this.action.doAction("rc_membership.rc_membership_movement_action", {
            additionalContext: {
                [`search_default_${search}`]: 1,
                search_default_program_id: this.state.programId,
            },
        });
    }

    openReport(name) {
        return this.action.doAction(`rc_membership.rc_membership_${name}_action`, {
            additionalContext: {search_default_program_id: this.state.programId},
        });
    }

    openPlans() {
        return this.action.doAction("rc_membership.product_template_plan_action");
    }
}

registry.category("actions").add("rc_membership.dashboard", MembershipDashboard);
