// The options of `visit`: a user who knows curl finds curl's letters and curl's meanings.

extension Option {
    /// Options for the request of `visit`.
    static var visiting: [Option] {
        let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map {
            Choice($0)
        }
        return [
            Option(
                name: .method,
                short: "X",
                value: "M",
                kind: .choice(methods),
                commands: [.visit],
                help: "HTTP method (default: GET, or POST with a body)"
            ),
            Option(
                name: .data,
                short: "d",
                value: "BODY",
                isRepeatable: true,
                commands: [.visit],
                help: "body of the request; @FILE sends a file as it is, @- sends stdin; can be "
                    + "repeated: '&' joins the parts"
            ),
            Option(
                name: .json,
                value: "BODY",
                isRepeatable: true,
                commands: [.visit],
                help: "body of the request, as JSON; @FILE sends a file, @- sends stdin"
            ),
            Option(
                name: .form,
                short: "F",
                value: "FIELD",
                isRepeatable: true,
                commands: [.visit],
                help: "field of a form that can have files: NAME=VALUE, or NAME=@FILE to send a "
                    + "file; can be repeated"
            ),
            Option(
                name: .header,
                short: "H",
                value: "'K: V'",
                isRepeatable: true,
                commands: [.visit],
                help: "header of the request; can be repeated"
            ),
        ] + printing
    }

    /// What curl's other names mean here, for the hint.
    static let ofCurl: [String: Name] = [
        "--request": .method, "--location": .follow, "--cookie": .cookieJar, "-b": .cookieJar,
        "-c": .cookieJar, "--data-binary": .data, "--data-raw": .data, "--data-ascii": .data,
        "--form-string": .form,
    ]

    /// Options for the response of `visit`.
    private static let printing = [
        Option(
            name: .follow,
            short: "L",
            commands: [.visit],
            help: "follow redirects within the site, at most 20, and keep cookies between them"
        ),
        Option(
            name: .cookieJar,
            value: "FILE",
            kind: .file,
            commands: [.visit],
            help: "read cookies from this file and write them back to it, as curl does"
        ),
        Option(
            name: .output,
            short: "o",
            value: "FILE",
            kind: .file,
            commands: [.visit],
            help: "write the body of the response to this file, and only the head to stdout"
        ),
        Option(
            name: .body,
            commands: [.visit],
            help: "print only the body of the response, without status and headers"
        ),
    ]
}
