// The options of `preview`.

import HostTools

extension Option {
    /// Options for the server of `preview`.
    static let previewing = [
        Option(
            name: .port,
            value: "N",
            commands: [.preview],
            help:
                "port of the preview (default: \(PreviewRequest.firstPort), or the next that is free)"
        ),
        Option(
            name: .workers,
            value: "N",
            commands: [.preview],
            help: "how many requests are answered at the same time (default: "
                + "\(PreviewRequest.defaultWorkers)); a free account has 1"
        ),
        Option(
            name: .noReload,
            commands: [.preview],
            help: "do not load the app again when a file changes"
        ),
        Option(
            name: .live,
            commands: [.preview],
            help: "let the browser load the page again when a file changes"
        ),
        Option(
            name: .open,
            commands: [.preview],
            help: "open the page in your browser"
        ),
        Option(
            name: .production,
            commands: [.preview],
            help: "do not set PA_NEW_PREVIEW, so that the app hides its errors as on PythonAnywhere"
        ),
    ]
}
