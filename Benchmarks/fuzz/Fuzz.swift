// The fuzzer calls this with each input: it passes the input to one of the readers of outside input.
//
// fuzz.py compiles this into one module with the sources of the tool, without SwiftPM. Every trap and
// every failed check below is a finding.

import Foundation
@testable import JSON
@testable import Mustache
@testable import Scaffold

/// One of the readers; FUZZ_TARGET gives its name.
private enum Target: String, CaseIterable {
    case mustache, manifest, arguments, json, pattern, merge

    func run(_ input: [UInt8]) {
        switch self {
        case .mustache: fuzzMustache(input)
        case .manifest: fuzzManifest(input)
        case .arguments: fuzzArguments(input)
        case .json: fuzzJSON(input)
        case .pattern: fuzzPattern(input)
        case .merge: fuzzMerge(input)
        }
    }
}

private let target: Target = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? ""
    guard let target = Target(rawValue: name) else {
        fatalError("FUZZ_TARGET has to be one of \(Target.allCases.map(\.rawValue))")
    }
    return target
}()

/// Passes one input to the reader.
///
/// - Parameters:
///   - bytes: The input.
///   - count: How many bytes it has.
/// - Returns: Always 0: a finding ends the process.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Returns the texts between the zero bytes of an input.
private func texts(_ input: [UInt8]) -> [String] {
    input.split(separator: 0, omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
}

/// Checks what every error must satisfy: it cannot control a terminal, and it is not too long.
private func check(_ diagnostic: Diagnostic) {
    for text in [diagnostic.message, diagnostic.reason ?? "", diagnostic.hint ?? ""] {
        precondition(text.count < 5_000, "a sentence without end")
        precondition(
            !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F },
            "a control character in an error"
        )
    }
    precondition(!diagnostic.message.isEmpty, "an error without words")
}

// MARK: - The template language

private let data: Mustache.Value = [
    "a": "text <&>", "b": true, "c": false, "n": nil, "i": 42, "d": 1.5, "e": [],
    "l": [1, "two", ["a": "inner", "l": ["x", "y"]], [3, 4], nil],
    "o": ["a": "in o", "o": ["b": "deep", "p": "p"]], "p": "p", "q": "q",
    "f": .lambda { text in (text ?? "") + "{{a}}" },
    "g": .lambda { _ in "{{#l}}{{.}}{{/l}}{{>p}}" },
    "h": .lambda { text in text ?? "{{h}}" },
]
private let limits = Mustache.Limits(depth: 40, outputBytes: 100_000, expansions: 5_000)

private func fuzzMustache(_ input: [UInt8]) {
    let sources = texts(input)
    let templates = sources.prefix(3).map { source -> Mustache.Template? in
        do throws(Mustache.Failure) {
            return try Mustache.Template(source, path: "t")
        } catch {
            check(error, in: source)
            return nil
        }
    }
    guard let template = templates[0] else { return }
    var partials: [String: Mustache.Template] = ["q": template]
    if templates.count > 1 { partials["p"] = templates[1] }
    if templates.count > 2 { partials["q"] = templates[2] }
    precondition(template.references.count <= sources[0].utf8.count, "more names than bytes")
    for mode in [Mustache.Mode.specification, .strict] {
        do throws(Mustache.Failure) {
            let bytes = try template.renderBytes(
                data,
                partials: partials,
                mode: mode,
                limits: limits
            )
            precondition(bytes.count <= limits.outputBytes, "more output than the limit")
            precondition(String(validating: bytes, as: UTF8.self) != nil, "output is not UTF-8")
            let again = try template.render(data, partials: partials, mode: mode, limits: limits)
            precondition(Array(again.utf8) == bytes, "two renderings differ")
        } catch {
            precondition(error.location.line >= 1 && error.location.column >= 1, "no place")
        }
    }
}

private func check(_ failure: Mustache.Failure, in source: String) {
    precondition(failure.location.line >= 1 && failure.location.column >= 1, "no place")
    precondition(
        source.isEmpty || failure.lineText.utf8.count <= source.utf8.count,
        "a longer line"
    )
}

// MARK: - Manifests, JSON and patterns

private func fuzzManifest(_ input: [UInt8]) {
    // A template of the user's own, with questions, rules for files and commands.
    var reader = ManifestReader(.own(name: "x"))
    let manifest = reader.read(input)
    for (offset, _) in reader.problems {
        precondition((0...input.count).contains(offset), "a mistake outside of the text")
    }
    precondition(manifest.questions.count <= ManifestReader.maxQuestions, "too many questions")
    let files = [
        TemplateFile(path: "x/manifest.json", contents: .bytes(input)),
        TemplateFile(path: "x/wsgi.py", contents: .text("")),
    ]
    do {
        let catalog = try Catalog(files: files)
        precondition(catalog.defaultFramework.manifest.isDefault, "the default is not the default")
    } catch {
        check(error.diagnostic)
    }
}

private func fuzzJSON(_ input: [UInt8]) {
    do {
        let text = try JSONText(input)
        precondition(text.offset < input.count, "a value after the end")
    } catch {
        precondition((0...input.count).contains(error.offset), "a mistake outside of the text")
    }
    // A document that can be read is written and read again as it was.
    if let record = try? JSONDocument.value(ProjectRecord.self, from: input) {
        let document = try? JSONDocument.bytes(of: record)
        let again = try? JSONDocument.value(ProjectRecord.self, from: document ?? [])
        precondition(again == record, "another record")
    }
}

private func fuzzPattern(_ input: [UInt8]) {
    let parts = texts(input)
    do {
        let pattern = try Pattern(parts[0])
        for text in parts.dropFirst() { _ = pattern.matches(text) }
    } catch {
        precondition((0...parts[0].unicodeScalars.count).contains(error.offset), "outside")
    }
}

private func fuzzMerge(_ input: [UInt8]) {
    let parts = input.split(separator: 0, omittingEmptySubsequences: false).map { Array($0) }
    let base = parts[0]
    let yours = parts.count > 1 ? parts[1] : base
    let theirs = parts.count > 2 ? parts[2] : base
    _ = Merge(base: base, yours: yours, theirs: theirs, label: "1")
}

// MARK: - The command line

private let options: [Option] = {
    guard let catalog = try? Catalog.embedded() else { fatalError("the templates are broken") }
    return Option.all(catalog)
}()

private let catalog: Catalog? = try? Catalog.embedded()

private func fuzzArguments(_ input: [UInt8]) {
    let words = texts(input)
    do {
        let command = try parse(words, options: options) { $0.hasPrefix("d") }
        // Also convert the arguments to a configuration: this checks names, domains and so on.
        if case .create(let request, _) = command, let catalog {
            do throws(ScaffoldError) {
                let answers = try ProjectConfiguration(request, catalog: catalog)
                precondition(!answers.name.folder.contains("/"), "a path for a name")
            } catch {
                check(error.diagnostic)
            }
        }
    } catch let error as ArgumentError {
        check(error.diagnostic)
    } catch let error as ScaffoldError {
        check(error.diagnostic)
    } catch {
        fatalError("an error that nobody explains: \(error)")
    }
}
