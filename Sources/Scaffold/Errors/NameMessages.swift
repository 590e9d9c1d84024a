// Why a project's name, an account or a domain is refused, in words.

extension ProjectName.Problem {
    /// The problem in words.
    func diagnostic(for name: String, suggestion: String) -> Diagnostic {
        let message = "\(quoted(name)) cannot be a project's name"
        let hint = "try: pa-new \(suggestion)"
        return switch self {
        case .empty:
            Diagnostic("the project's name is empty", hint: hint)
        case .pathSeparator(let parent):
            Diagnostic(
                message,
                reason: "it is a path",
                hint: "to choose the folder: pa-new \(suggestion) --output \(shellQuoted(parent))"
            )
        case .tooLong(let count):
            Diagnostic(
                message,
                reason: "it has \(count) characters, \(ProjectName.maxLength) are the most",
                hint: hint
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is none of the letters a to z, digits, '-' and '_'",
                hint: hint
            )
        case .leadingDigit:
            Diagnostic(message, reason: "no Python package starts with a digit", hint: hint)
        case .leadingMark(let mark):
            Diagnostic(message, reason: "it starts with '\(mark)', not with a letter", hint: hint)
        case .keyword(let word):
            Diagnostic(
                message,
                reason: "'\(word)' is a keyword of Python: no package can be called that",
                hint: hint
            )
        case .command(let word):
            Diagnostic(
                message,
                reason: "'\(word)' is, or will be, a command of pa-new",
                hint: hint
            )
        case .standardLibrary(let module):
            Diagnostic(
                message,
                reason:
                    "the package would hide the module '\(module)' of Python's standard library",
                hint: hint
            )
        case .framework(let module, let framework, let language):
            Diagnostic(
                message,
                reason: "the package would hide the module '\(module)' that \(framework) brings",
                hint: module == framework
                    ? "\(hint), or did you mean: pa-new hello --framework \(framework)"
                        + (language.map { " --language \($0)" } ?? "") : hint
            )
        case .environment(let module):
            Diagnostic(
                message,
                reason:
                    "the package would hide the module '\(module)' of the host's server or its tools",
                hint: hint
            )
        case .layout(let name):
            Diagnostic(
                message,
                reason:
                    "every project has '\(name)' at its top, and the package would be in its way",
                hint: hint
            )
        }
    }
}

extension AccountName.Problem {
    /// The problem in words.
    func diagnostic(for user: String) -> Diagnostic {
        let message = "\(quoted(user)) cannot be an account on the host"
        return switch self {
        case .empty:
            Diagnostic("--user is empty", hint: "pass your account's name, or leave it out")
        case .tooLong(let count):
            Diagnostic(
                message,
                reason: "it has \(count) characters, 63 are the most in a domain's label"
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is none of the letters a to z, digits and '-' "
                    + "that USER.pythonanywhere.com can have"
            )
        case .hyphenAtAnEnd:
            Diagnostic(message, reason: "a domain's label neither starts nor ends with '-'")
        case .domain(let user):
            Diagnostic(
                message,
                reason: "it is a domain or an address",
                hint: "did you mean --user \(user)? A domain goes into --domain"
            )
        }
    }
}

extension Domain.Problem {
    /// The problem in words.
    func diagnostic(for domain: String) -> Diagnostic {
        let message = "\(quoted(domain)) cannot be a web app's domain"
        return switch self {
        case .empty:
            Diagnostic("--domain is empty", hint: "pass a domain, or leave it out")
        case .address(let domain):
            Diagnostic(
                message,
                reason: "it is an address",
                hint: "did you mean --domain \(domain)?"
            )
        case .tooLong(let count):
            Diagnostic(message, reason: "it has \(count) characters, 253 are the most")
        case .emptyLabel:
            Diagnostic(message, reason: "there is nothing before, after or between dots")
        case .singleLabel:
            Diagnostic(
                message,
                reason: "it has no dot",
                hint: "pass a whole domain, such as www.example.com"
            )
        case .longLabel(let label):
            Diagnostic(
                message,
                reason: "\(quoted(label)) has \(label.count) characters, 63 are the most"
            )
        case .hyphenAtAnEnd(let label):
            Diagnostic(message, reason: "\(quoted(label)) starts or ends with '-'")
        case .international:
            Diagnostic(
                message,
                reason: "the host takes an international domain in its ASCII form",
                hint: "pass the form that starts with xn--"
            )
        case .character(let character):
            Diagnostic(
                message,
                reason:
                    "\(quoted(String(character))) is none of the letters a to z, digits, '-' and '.'"
            )
        case .host:
            Diagnostic(
                message,
                reason: "it is the host's own",
                hint: "pass USER.pythonanywhere.com, or USER.eu.pythonanywhere.com on the EU system"
            )
        case .number:
            Diagnostic(
                message,
                reason: "it ends in a number, as an IP address does",
                hint: "pass a domain's name, such as www.example.com"
            )
        }
    }
}
