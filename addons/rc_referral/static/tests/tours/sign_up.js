/* Steps of a visitor that more than one tour takes. */

export function go(path, trigger = "#wrapwrap") {
    return {
        content: `Go to ${path}`,
        trigger,
        run: () => {
            window.location.href = path;
        },
        expectUnloadPage: true,
    };
}

/** Fill in the sign-up form, send it and go on to a page that only who is signed in sees. */
export function signUp(name, login, nextPath) {
    const password = "a-long-passphrase-1";
    return [
        {trigger: "input[name=name]", run: `edit ${name}`},
        {trigger: "input[name=login]", run: `edit ${login}`},
        {trigger: "input[name=password]", run: `edit ${password}`},
        {trigger: "input[name=confirm_password]", run: `edit ${password}`},
        {
            content: "Sign up",
            trigger: ".oe_signup_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        go(nextPath, "body:not(:has(.oe_signup_form)) #wrapwrap"),
    ];
}
