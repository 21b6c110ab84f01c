/* global luxon */
import {Component, onWillStart, useState} from "@odoo/owl";
import {getColor} from "@web/core/colors/colors";
import {formatCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/core/utils/numbers";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {DashboardChart} from "./dashboard_chart";
import {readCohorts, readMonths, readTiers} from "./dashboard_data";

const PERIODS = [6, 12, 24];
const AGES_MAX = 13;
const GREEN = "#147a48";
const TEAL = "#2a9d8f";
const BLUE = "#1d63b8";
const AMBER = "#c9790f";
const RED = "#b42332";

/** How a program's memberships do: figures of this month, their course, and who stays. */
export class MembershipDashboard extends Component {
    static template = "rc_membership.MembershipDashboard";
    static components = {Layout, DashboardChart};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.periods = PERIODS;
        this.display = {controlPanel: {}};
        this.titles = {mrr: _t("MRR"), members: _t("Members by tier")};
        this.state = useState({
            programs: [],
            programId: false,
            period: 12,
            months: [],
            tiers: [],
            cohorts: [],
        });
        onWillStart(async () => {
            this.state.programs = await this.orm.searchRead(
                "rc.program",
                [],
                ["name", "currency_id"]
            );
            this.state.programId = this.state.programs[0]?.id || false;
            await this.load();
        });
    }

    async load() {
        Object.assign(this.state, await this.keepLast.add(this.read()));
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

    onPeriodClick(period) {
        this.state.period = period;
        return this.load();
    }

    // -- words and numbers ---------------------------------------------------

    get currencyId() {
        const program = this.state.programs.find((p) => p.id === this.state.programId);
        return program?.currency_id[0];
    }

    formatMoney(amount, isShort = false) {
        return formatCurrency(amount, this.currencyId, {humanReadable: isShort});
    }

    formatCount(count) {
        return formatFloat(count, {digits: [16, 0]});
    }

    formatRate(rate) {
        return `${formatFloat(rate, {digits: [16, 1], trailingZeros: false})} %`;
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
        const format = (value) =>
            isCount ? this.formatCount(value) : this.formatMoney(value, true);
        return {
            type,
            data: {labels: this.state.months.map((m) => this.formatMonth(m.month)), datasets},
            options: {
                maintainAspectRatio: false,
                interaction: {mode: "index", intersect: false},
                scales: {
                    x: {stacked: isStacked, grid: {display: false}},
                    y: {
                        stacked: isStacked,
                        beginAtZero: true,
                        ticks: {maxTicksLimit: 6, precision: 0, callback: format},
                    },
                },
                plugins: {
                    legend: {display: hasLegend, position: "bottom"},
                    tooltip: {
                        callbacks: {
                            label: ({dataset, parsed}) =>
                                `${dataset.label}: ${
                                    isCount
                                        ? this.formatCount(parsed.y)
                                        : this.formatMoney(parsed.y)
                                }`,
                        },
                    },
                },
            },
        };
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

    get ages() {
        const longest = Math.max(0, ...this.state.cohorts.map((c) => c.cells.length));
        return [...Array(Math.min(longest, AGES_MAX)).keys()];
    }

    cellStyle(cell) {
        const strength = (0.06 + (cell.rate / 100) * 0.54).toFixed(2);
        return `background-color: rgba(20, 122, 72, ${strength})`;
    }

    cellTitle(cell, cohort) {
        return _t("%(count)s of %(size)s members", {count: cell.count, size: cohort.size});
    }

    // -- ways on -------------------------------------------------------------

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
