import {Component, onWillStart, useState} from "@odoo/owl";
import {formatCurrency} from "@web/core/currency";
import {KeepLast} from "@web/core/utils/concurrency";
import {useService} from "@web/core/utils/hooks";
import {formatFloat} from "@web/core/utils/numbers";
import {Layout} from "@web/search/layout";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {DashboardChart} from "./dashboard_chart";

/** A row of figures, each a button to what is behind it. */
export class DashboardFigures extends Component {
    static template = "rc_membership.DashboardFigures";
    /** figures: [{key, label, value, note, tone?}] */
    static props = {figures: Array, onOpen: Function};
}

/** Cohorts by their age in months: the stronger a cell's color, the higher its rate. */
export class DashboardCohorts extends Component {
    static template = "rc_membership.DashboardCohorts";
    /** cohorts: [{key, label, size, cells: [{rate, title?}]}]; color: "red, green, blue" */
    static props = {
        cohorts: Array,
        firstLabel: String,
        color: String,
        formatCount: Function,
        formatRate: Function,
        agesMax: {type: Number, optional: true},
    };

    get ages() {
        const longest = Math.max(0, ...this.props.cohorts.map((c) => c.cells.length));
        return [...Array(Math.min(longest, this.props.agesMax || longest)).keys()];
    }

    cellStyle(rate) {
        const strength = (0.06 + (rate / 100) * 0.54).toFixed(2);
        return `background-color: rgba(${this.props.color}, ${strength})`;
    }
}

/**
 * A page of figures, charts and tables over a chosen time.
 *
 * A concrete one has a template, `periods`, `makeState()` with the `period` shown first, `start()`
 * (what is read once, and `currencyId`) and `read()` (what is read for the state's period).
 */
export class Dashboard extends Component {
    static components = {Layout, DashboardChart, DashboardCohorts, DashboardFigures};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.keepLast = new KeepLast();
        this.display = {controlPanel: {}};
        this.formatCount = this.formatCount.bind(this);
        this.formatRate = this.formatRate.bind(this);
        this.state = useState(this.makeState());
        onWillStart(async () => {
            await this.start();
            await this.load();
        });
    }

    async load() {
        Object.assign(this.state, await this.keepLast.add(this.read()));
    }

    onPeriodClick(period) {
        this.state.period = period;
        return this.load();
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

    /** A chart's configuration; `x`, `y` and further `scales` and `plugins` add to what all share. */
    prepareChart(type, labels, datasets, {x = {}, y = {}, scales = {}, plugins = {}} = {}) {
        return {
            type,
            data: {labels, datasets},
            options: {
                maintainAspectRatio: false,
                interaction: {mode: "index", intersect: false},
                scales: {
                    x: {grid: {display: false}, ...x},
                    y: {beginAtZero: true, ...y},
                    ...scales,
                },
                plugins: {
                    legend: {display: datasets.length > 1, position: "bottom"},
                    ...plugins,
                },
            },
        };
    }
}
