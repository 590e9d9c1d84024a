// The options of `adopt`.

extension Option {
    /// Options that say what the app is.
    static let adopting = [
        Option(
            name: .app,
            value: "M:O",
            commands: [.adopt],
            help: "the app: the module and the object in it, such as shop.app:app"
        ),
        Option(
            name: .factory,
            value: "M:F",
            commands: [.adopt],
            help: "the function that makes the app, such as shop:create_app"
        ),
        Option(
            name: .settings,
            value: "M",
            commands: [.adopt],
            help: "the module with Django's settings, such as mysite.settings"
        ),
        Option(
            name: .static,
            value: "URL=DIR",
            isRepeatable: true,
            commands: [.adopt],
            help: "let PythonAnywhere serve the files in this folder of the app, such as "
                + "/static/=shop/static; can be repeated"
        ),
        Option(
            name: .load,
            commands: [.adopt],
            help: "load the app to see what it is; without this option, none of its code is run"
        ),
    ]
}
