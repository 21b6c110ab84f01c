import * as Chrome from "@point_of_sale/../tests/pos/tours/utils/chrome_util";
import * as Dialog from "@point_of_sale/../tests/generic_helpers/dialog_util";
import * as PaymentScreen from "@point_of_sale/../tests/pos/tours/utils/payment_screen_util";
import * as PosLoyalty from "@pos_loyalty/../tests/tours/utils/pos_loyalty_util";
import * as ProductScreen from "@point_of_sale/../tests/pos/tours/utils/product_screen_util";
import * as ReceiptScreen from "@point_of_sale/../tests/pos/tours/utils/receipt_screen_util";
import * as PartnerList from "@point_of_sale/../tests/pos/tours/utils/partner_list_util";
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("rc_counter_plan_paid_in_part_by_points", {
    steps: () =>
        [
            Chrome.startPoS(),
            // A plan is for somebody: the counter asks before anybody pays
            ProductScreen.clickDisplayedProduct("Counter Plan"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            Dialog.bodyIs("Counter Plan is for a member"),
            Dialog.confirm("Choose Customer"),
            PartnerList.clickPartner("Counter Mia"),
            // 1 000 points at 0.01 pay a part; more than 500 at once are said yes to again
            PaymentScreen.clickPaymentlineDelButton("Cash", "15.00"),
            PaymentScreen.clickBack(),
            PosLoyalty.claimReward("0.01 per point"),
            PosLoyalty.orderTotalIs("5.00"),
            ProductScreen.clickPayButton(),
            PaymentScreen.clickPaymentMethod("Cash"),
            PaymentScreen.clickValidate(),
            Dialog.is({title: "Spend 1000 points?"}),
            Dialog.confirm(),
            ReceiptScreen.isShown(),
        ]
            .flat()
            // The counter loads its data first, and each sale goes to the server
            .map((step) => ({timeout: 45000, ...step})),
});
