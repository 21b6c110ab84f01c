import {loadBundle} from "@web/core/assets";
import {formatCurrency} from "@web/core/currency";
import {formatFloat} from "@web/core/utils/numbers";
import {registry} from "@web/core/registry";
import {Interaction} from "@web/public/interaction";

const FALLBACK_TONES = {
    accent: "#1d63b8",
    success: "#147a48",
    warning: "#b06a0c",
    danger: "#b42332",
    info: "#1d63b8",
    neutral: "#8b94a3",
};

/**
 * Draws the chart that the QWeb component `rc_membership.rc_chart` describes in `data-chart`:
 * {type, labels, series: [{label, values, tone}], currency_id, is_stacked}.
 * The figures are also on the page as a table, so without JavaScript nothing is lost.
 */
export class NetworkChart extends Interaction {
    static selector = ".rc_chart_canvas[data-chart]";

    async willStart() {
        await loadBundle("web.chartjs_lib");
    }

    start() {
        this.spec = JSON.parse(this.el.dataset.chart);
        const canvasEl = this.el.querySelector("canvas");
        // eslint-disable-next-line no-undef
        this.chart = new Chart(canvasEl, this.getConfig());
        this.registerCleanup(() => this.chart.destroy());
    }

    /** The accent follows the theme of the website; the page's style sheet computed it. */
    getColor(tone) {
        if (tone === "accent" || !tone) {
            const accent = getComputedStyle(this.el).getPropertyValue("--rc-accent").trim();
            return accent || FALLBACK_TONES.accent;
        }
        return FALLBACK_TONES[tone] || FALLBACK_TONES.neutral;
    }

    format(value, isShort) {
        if (!this.spec.currency_id) {
            return formatFloat(value, {digits: [16, 0], humanReadable: isShort});
        }
        const options = isShort ? {humanReadable: true, digits: [16, 0]} : {};
        return formatCurrency(value, this.spec.currency_id, options);
    }

    getDataset(series) {
        const color = this.getColor(series.tone);
        const isLine = (series.type || this.spec.type) === "line";
        const base = {label: series.label, data: series.values, type: series.type};
        if (this.spec.type === "doughnut") {
            const tones = series.tones || Object.keys(FALLBACK_TONES);
            return {
                ...base,
                backgroundColor: tones.map((tone) => this.getColor(tone)),
                borderWidth: 2,
            };
        }
        return isLine
            ? {
                  ...base,
                  borderColor: color,
                  backgroundColor: this.fade(color),
                  fill: "origin",
                  borderWidth: 2,
                  tension: 0.3,
                  cubicInterpolationMode: "monotone",
                  pointRadius: series.values.length > 1 ? 0 : 4,
                  pointHitRadius: 16,
                  pointHoverRadius: 4,
              }
            : {
                  ...base,
                  backgroundColor: color,
                  borderRadius: 4,
                  maxBarThickness: 28,
              };
    }

    /** Same colour, nearly transparent. Takes #rrggbb. */
    fade(color) {
        return /^#[0-9a-f]{6}$/i.test(color) ? `${color}1a` : "transparent";
    }

    getConfig() {
        const isRound = this.spec.type === "doughnut";
        const tooltipLabel = (item) => {
            const value = isRound ? item.parsed : item.parsed.y;
            const label = isRound ? item.label : item.dataset.label;
            return ` ${label}: ${this.format(value, false)}`;
        };
        return {
            type: this.spec.type,
            data: {
                labels: this.spec.labels,
                datasets: this.spec.series.map((series) => this.getDataset(series)),
            },
            options: {
                responsive: true,
                maintainAspectRatio: false,
                animation: false,
                interaction: isRound ? {} : {mode: "index", intersect: false},
                plugins: {
                    legend: {
                        position: "bottom",
                        display: isRound || this.spec.series.length > 1,
                        labels: {usePointStyle: true, boxHeight: 8, color: "#3c4450", padding: 16},
                    },
                    tooltip: {callbacks: {label: tooltipLabel}, padding: 10, boxPadding: 4},
                },
                scales: isRound ? {} : this.getScales(),
            },
        };
    }

    getScales() {
        return {
            x: {
                stacked: !!this.spec.is_stacked,
                grid: {display: false},
                border: {color: "#e4e7ec"},
                ticks: {color: "#565f6c", maxRotation: 0, autoSkip: true, autoSkipPadding: 16},
            },
            y: {
                stacked: !!this.spec.is_stacked,
                beginAtZero: true,
                grid: {color: "#eef0f3"},
                border: {display: false},
                ticks: {
                    color: "#565f6c",
                    maxTicksLimit: 5,
                    precision: 0,
                    callback: (value) => this.format(value, true),
                },
            },
        };
    }
}

registry.category("public.interactions").add("rc_membership.network_chart", NetworkChart);
