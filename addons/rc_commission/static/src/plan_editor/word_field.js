import {Component} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useInputField} from "@web/views/fields/input_field_hook";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/**
 * A word of a plan file: typed, or chosen from the words the record's `vocabulary` offers.
 */
export class WordField extends Component {
    static template = "rc_commission.WordField";
    static props = {
        ...standardFieldProps,
        of: {type: String},
        placeholder: {type: String, optional: true},
    };

    setup() {
        useInputField({getValue: () => this.value});
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get words() {
        return (this.props.record.data.vocabulary || {})[this.props.of] || [];
    }

    get listId() {
        return `${this.props.record.id}_${this.props.name}_words`;
    }
}

/**
 * Several words, separated by commas: those the `vocabulary` offers are switched on and off.
 */
export class WordsField extends Component {
    static template = "rc_commission.WordsField";
    static props = {...standardFieldProps, of: {type: String}};

    get chosen() {
        const value = this.props.record.data[this.props.name] || "";
        return value
            .split(",")
            .map((word) => word.trim())
            .filter(Boolean);
    }

    get words() {
        const known = (this.props.record.data.vocabulary || {})[this.props.of] || [];
        const codes = known.map(([code]) => code);
        const others = this.chosen.filter((word) => !codes.includes(word));
        return [...known, ...others.map((word) => [word, word])];
    }

    set(words) {
        return this.props.record.update({[this.props.name]: words.join(", ")});
    }

    toggle(word) {
        const chosen = this.chosen;
        return this.set(
            chosen.includes(word) ? chosen.filter((other) => other !== word) : [...chosen, word]
        );
    }

    onAdd(ev) {
        const word = ev.target.value.trim();
        ev.target.value = "";
        if (word && !this.chosen.includes(word)) {
            this.set([...this.chosen, word]);
        }
    }
}

const dependencies = [{name: "vocabulary", type: "json"}];

registry.category("fields").add("rc_word", {
    component: WordField,
    supportedTypes: ["char"],
    fieldDependencies: dependencies,
    extractProps: ({options, placeholder}) => ({of: options.of, placeholder}),
});

registry.category("fields").add("rc_words", {
    component: WordsField,
    supportedTypes: ["char"],
    fieldDependencies: dependencies,
    extractProps: ({options}) => ({of: options.of}),
});
