/* global Chart */
import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {loadBundle} from "@web/core/assets";

/** A chart by Chart.js that is drawn again when its `config` changes. */
export class DashboardChart extends Component {
    static template = "rc_membership.DashboardChart";
    static props = {config: Object, label: String};

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (config) => {
                const chart = new Chart(this.canvasRef.el, config);
                return () => chart.destroy();
            },
            () => [this.props.config]
        );
    }
}
