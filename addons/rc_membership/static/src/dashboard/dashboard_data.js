/** What the dashboard reads, with the rights of who looks at it. */

const FIGURES = [
    "active_count",
    "start_count",
    "new_count",
    "return_count",
    "churn_count",
    "churn_rate",
    "trial_count",
    "conversion_count",
    "cover_count",
    "mrr",
    "mrr_new",
    "mrr_return",
    "mrr_expansion",
    "mrr_contraction",
    "mrr_churn",
];

/** Figures of shares come as `avg`, all others as `sum`: so are their fields declared. */
const toSpec = (name) => `${name}:${name.endsWith("_rate") ? "avg" : "sum"}`;

function toFigures(group, names) {
    return Object.fromEntries(names.map((name) => [name, group[toSpec(name)] || 0]));
}

/**
 * Months of a program, oldest first.
 *
 * @returns {Promise<Object[]>} [{month: "2026-08-01", active_count, …}]
 */
export async function readMonths(orm, domain) {
    const groups = await orm.formattedReadGroup(
        "rc.membership.month",
        domain,
        ["month:month"],
        FIGURES.map(toSpec)
    );
    return groups.map((group) => ({
        month: group["month:month"][0],
        ...toFigures(group, FIGURES),
    }));
}

/**
 * Members of each tier, month by month; tiers from low to high.
 *
 * @returns {Promise<Object[]>} [{id, name, counts: {"2026-08-01": 3}, mrrs: {…}}]
 */
export async function readTiers(orm, domain) {
    const groups = await orm.formattedReadGroup(
        "rc.membership.month",
        domain,
        ["tier_id", "month:month"],
        ["active_count:sum", "mrr:sum"]
    );
    const tiers = new Map();
    for (const group of groups) {
        const [id, name] = group.tier_id;
        if (!tiers.has(id)) {
            tiers.set(id, {id, name, counts: {}, mrrs: {}});
        }
        const [month] = group["month:month"];
        tiers.get(id).counts[month] = group["active_count:sum"];
        tiers.get(id).mrrs[month] = group["mrr:sum"];
    }
    return [...tiers.values()];
}

/**
 * Cohorts, oldest first, with the share that is left after 0, 1, 2 … months.
 *
 * @returns {Promise<Object[]>} [{month, size, cells: [{count, rate}]}]
 */
export async function readCohorts(orm, domain) {
    const groups = await orm.formattedReadGroup(
        "rc.membership.cohort",
        domain,
        ["cohort:month", "age_months"],
        ["cohort_size:sum", "member_count:sum", "retention_rate:avg"]
    );
    const cohorts = new Map();
    for (const group of groups) {
        const [month] = group["cohort:month"];
        if (!cohorts.has(month)) {
            cohorts.set(month, {month, size: group["cohort_size:sum"], cells: []});
        }
        cohorts.get(month).cells[group.age_months] = {
            count: group["member_count:sum"],
            rate: group["retention_rate:avg"] || 0,
        };
    }
    return [...cohorts.values()];
}
