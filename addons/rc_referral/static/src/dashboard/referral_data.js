/** What the dashboard reads, with the rights of who looks at it. */

const COUNTS = ["click_count", "sign_up_count", "verified_count", "paid_count", "renewed_count"];
const MONEY = ["sales", "cost"];
const SUMS = [...COUNTS, ...MONEY].map((name) => `${name}:sum`);

function toFigures(group) {
    return Object.fromEntries(
        [...COUNTS, ...MONEY].map((name) => [name, group[`${name}:sum`] || 0])
    );
}

/** Sums of everything: the steps of the funnel, sales and cost. */
export async function readTotals(orm, domain) {
    const [group] = await orm.formattedReadGroup("rc.referral.funnel", domain, [], SUMS);
    return toFigures(group);
}

/**
 * Clicks, sign-ups and first payments, day by day or month by month, oldest first.
 *
 * @returns {Promise<Object[]>} [{label, click_count, …}]
 */
export async function readCourse(orm, domain, interval) {
    const by = `at:${interval}`;
    const groups = await orm.formattedReadGroup("rc.referral.funnel", domain, [by], SUMS);
    return groups.map((group) => ({label: group[by][1], ...toFigures(group)}));
}

/**
 * The strongest channels or participants.
 *
 * @returns {Promise<Object[]>} [{id, name, click_count, …}]
 */
export async function readBest(orm, domain, field, limit) {
    const groups = await orm.formattedReadGroup("rc.referral.funnel", domain, [field], SUMS, {
        order: "paid_count:sum desc, sign_up_count:sum desc, click_count:sum desc",
        limit,
    });
    return groups.map((group) => {
        const value = group[field];
        const [id, name] = Array.isArray(value) ? value : [value, value];
        return {id, name, ...toFigures(group)};
    });
}

/** What those who signed up did: days until they paid, sales in 90 days, who bought again. */
export async function readMembers(orm, domain) {
    const [group] = await orm.formattedReadGroup(
        "rc.referral.member",
        domain,
        [],
        ["days_to_pay:avg", "ltv:avg", "repeat_rate:avg"]
    );
    return {
        days: group["days_to_pay:avg"] || 0,
        ltv: group["ltv:avg"] || 0,
        repeat: group["repeat_rate:avg"] || 0,
    };
}

/** The last months' K, oldest first: [{label, k, invitations, conversion}]. */
export async function readMonths(orm, limit) {
    const groups = await orm.formattedReadGroup(
        "rc.referral.month",
        [],
        ["month:month"],
        ["k_factor:avg", "invitation_ratio:avg", "conversion_rate:avg"]
    );
    return groups.slice(-limit).map((group) => ({
        label: group["month:month"][1],
        k: group["k_factor:avg"] || 0,
        invitations: group["invitation_ratio:avg"] || 0,
        conversion: group["conversion_rate:avg"] || 0,
    }));
}

/**
 * Cohorts, oldest first, with the share that paid after 0, 1, 2 … months.
 *
 * @returns {Promise<Object[]>} [{month, size, cells: [rate]}]
 */
export async function readCohorts(orm, limit) {
    const groups = await orm.formattedReadGroup(
        "rc.referral.cohort",
        [],
        ["cohort:month", "age_months"],
        ["cohort_size:sum", "paying_rate:avg"]
    );
    const cohorts = new Map();
    for (const group of groups) {
        const [month, label] = group["cohort:month"];
        if (!cohorts.has(month)) {
            cohorts.set(month, {month, label, size: group["cohort_size:sum"], cells: []});
        }
        cohorts.get(month).cells[group.age_months] = group["paying_rate:avg"] || 0;
    }
    return [...cohorts.values()].slice(-limit);
}
