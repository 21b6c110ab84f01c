import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {formatFloat} from "@web/core/utils/numbers";
import {user} from "@web/core/user";
import {Dashboard} from "@rc_membership/dashboard/dashboard";
import {
    readBest,
    readCohorts,
    readCourse,
    readMembers,
    readMonths,
    readTotals,
} from "./referral_data";

const PERIODS = [30, 90, 365];
const MONTHS_MAX = 12;
const BEST_MAX = 8;
const VIOLET = "#5b3fd6";
const GREEN = "#147a48";
const BLUE = "#1d63b8";
const AMBER = "#c9790f";

/** How referrals do: the funnel, what it sells and costs, who and which channels bring most, K, cohorts. */
export class ReferralDashboard extends Dashboard {
    static template = "rc_referral.ReferralDashboard";

    periods = PERIODS;

    makeState() {
        return {period: 90};
    }

    async start() {
        const [company] = await this.orm.read(
            "res.company",
            [user.activeCompany.id],
            ["currency_id"]
        );
        this.currencyId = company.currency_id[0];
    }

    async read() {
        const since = `-${this.state.period}d`;
        const domain = [["at", ">=", since]];
        const interval = {30: "day", 90: "week", 365: "month"}[this.state.period];
        const [totals, course, channels, people, members, months, cohorts] = await Promise.all([
            readTotals(this.orm, domain),
            readCourse(this.orm, domain, interval),
            readBest(this.orm, domain, "source", BEST_MAX),
            readBest(this.orm, domain, "partner_id", BEST_MAX),
            readMembers(this.orm, [["joined_on", ">=", since]]),
            readMonths(this.orm, MONTHS_MAX),
            readCohorts(this.orm, MONTHS_MAX),
        ]);
        return {totals, course, channels, people, members, months, cohorts};
    }

    // -- words and numbers ---------------------------------------------------

    get isEmpty() {
        const {click_count: clicks, sign_up_count: joined, sales} = this.state.totals;
        return !clicks && !joined && !sales && !this.state.cohorts.length;
    }

    formatNumber(number) {
        return formatFloat(number, {digits: [16, 2], trailingZeros: false});
    }

    formatShare(part, whole) {
        return whole ? `${formatFloat((part * 100) / whole, {digits: [16, 1]})} %` : "–";
    }

    formatRate(rate) {
        return `${formatFloat(rate, {digits: [16, 0]})} %`;
    }

    get titles() {
        return {
            course: _t("Clicks and sign-ups"),
            channels: _t("Channels"),
            k: _t("K by month"),
            cohorts: _t("Signed up in"),
        };
    }

    get figures() {
        const {totals, members, months} = this.state;
        const month = months.at(-1);
        return [
            {
                key: "sales",
                label: _t("Sales"),
                value: this.formatMoney(totals.sales),
                note: _t("of members who were brought"),
            },
            {
                key: "cost",
                label: _t("Cost of rewards"),
                value: this.formatMoney(totals.cost),
                note: this.formatShare(totals.cost, totals.sales),
            },
            {
                key: "roi",
                label: _t("Sales per reward unit"),
                value: totals.cost ? this.formatNumber(totals.sales / totals.cost) : "–",
                note: _t("Sales ÷ cost"),
            },
            {
                key: "k",
                label: _t("K this month"),
                value: month ? this.formatNumber(month.k) : "–",
                note: month
                    ? _t("%(invitations)s invitations × %(rate)s", {
                          invitations: this.formatNumber(month.invitations),
                          rate: this.formatShare(month.conversion, 100),
                      })
                    : "",
            },
            {
                key: "ltv",
                label: _t("Sales in 90 days per payer"),
                value: this.formatMoney(members.ltv),
                note: _t("%s bought again", this.formatRate(members.repeat)),
            },
            {
                key: "days",
                label: _t("Days until paid"),
                value: this.formatNumber(members.days),
                note: _t("from sign-up, on average"),
            },
        ];
    }

    /** Steps of the funnel with their share of the step before. */
    get steps() {
        const {totals} = this.state;
        const steps = [
            ["click_count", _t("Clicks")],
            ["sign_up_count", _t("Sign-ups")],
            ["verified_count", _t("Verified")],
            ["paid_count", _t("Paid")],
            ["renewed_count", _t("Renewed")],
        ];
        const most = Math.max(1, ...steps.map(([key]) => totals[key]));
        const before = {
            sign_up_count: "click_count",
            verified_count: "sign_up_count",
            paid_count: "sign_up_count",
            renewed_count: "paid_count",
        };
        return steps.map(([key, label]) => ({
            key,
            label,
            count: totals[key],
            width: Math.max((totals[key] * 100) / most, totals[key] ? 2 : 0),
            share: before[key] ? this.formatShare(totals[key], totals[before[key]]) : "",
        }));
    }

    // -- charts --------------------------------------------------------------

    get courseChart() {
        const {course} = this.state;
        const series = (type, label, name, color, yAxisID) => ({
            type,
            label,
            data: course.map((point) => point[name]),
            borderColor: color,
            backgroundColor: color,
            tension: 0.25,
            yAxisID,
        });
        return this.makeChart(
            "bar",
            course.map((point) => point.label),
            [
                series("line", _t("Clicks"), "click_count", BLUE, "y"),
                series("bar", _t("Sign-ups"), "sign_up_count", VIOLET, "y1"),
                series("bar", _t("Paid"), "paid_count", GREEN, "y1"),
            ],
            {
                y1: {
                    position: "right",
                    beginAtZero: true,
                    grid: {display: false},
                    ticks: {precision: 0},
                },
            }
        );
    }

    get channelChart() {
        const bar = (label, name, backgroundColor) => ({
            label,
            backgroundColor,
            data: this.state.channels.map((channel) => channel[name]),
        });
        return this.makeChart(
            "bar",
            this.state.channels.map((channel) => channel.name || _t("Direct")),
            [
                bar(_t("Clicks"), "click_count", BLUE),
                bar(_t("Sign-ups"), "sign_up_count", VIOLET),
                bar(_t("Paid"), "paid_count", GREEN),
            ]
        );
    }

    get kChart() {
        const {months} = this.state;
        return this.makeChart(
            "bar",
            months.map((month) => month.label),
            [{label: "K", backgroundColor: AMBER, data: months.map((month) => month.k)}]
        );
    }

    makeChart(type, labels, datasets, scales = {}) {
        return this.prepareChart(type, labels, datasets, {
            x: {ticks: {maxTicksLimit: 8}},
            y: {ticks: {maxTicksLimit: 6}},
            scales,
        });
    }

    // -- tables and ways on --------------------------------------------------

    get cohorts() {
        return this.state.cohorts.map(({month, label, size, cells}) => ({
            key: month,
            label,
            size,
            cells: cells.map((rate) => ({rate})),
        }));
    }

    openFigure({key}) {
        const reports = {k: "month", ltv: "member", days: "member"};
        return this.openReport(reports[key] || "funnel");
    }

    openReport(name) {
        return this.action.doAction(`rc_referral.rc_referral_${name}_action`);
    }

    openParticipant(person) {
        return this.action.doAction("rc_referral.rc_referral_funnel_action", {
            additionalContext: {search_default_partner_id: person.id, search_default_last_30: 0},
        });
    }

    openCodes() {
        return this.action.doAction("rc_referral.rc_code_action");
    }
}

registry.category("actions").add("rc_referral.dashboard", ReferralDashboard);
