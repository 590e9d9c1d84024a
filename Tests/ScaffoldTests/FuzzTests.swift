// A few seconds of random input for what reads from outside: the same ones on every run.
//
// `Benchmarks/fuzz/fuzz.py` does this for a million inputs and is led by what they reach. Here a trap
// shows at once where a change brought one in.

import Foundation
import Mustache
import TestSupport
import Testing

@testable import Scaffold
@testable import pa_new

@Suite("Random input")
struct FuzzTests {
    /// Makes inputs of pieces in any order, some of them damaged, and gives each to a reader.
    ///
    /// - Returns: How many inputs the reader took as good, and as bad.
    private func fuzz(
        _ count: Int,
        pieces: [String],
        most: Int = 12,
        _ reader: ([UInt8]) -> Bool
    ) -> (good: Int, bad: Int) {
        var random = SplitMix(seed: 1)
        var result = (good: 0, bad: 0)
        var seconds: [(Double, String)] = []
        // A sample; the lane long has more.
        for _ in 0..<(Lane.current < .long ? count : 40 * count) {
            var input: [UInt8] = []
            for _ in 0..<Int.random(in: 0...most, using: &random) {
                input += Array((pieces.randomElement(using: &random) ?? "").utf8)
            }
            while !input.isEmpty, Int.random(in: 0..<4, using: &random) == 0 {
                let place = input.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: input[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: input.remove(at: place)
                default: input.insert(input[place], at: place)
                }
            }
            let took = processorSeconds {
                if reader(input) { result.good += 1 } else { result.bad += 1 }
            }
            seconds.append((took, String(decoding: input, as: UTF8.self)))
        }
        // No input may take the reader much longer than its like.
        let mean = seconds.reduce(0) { $0 + $1.0 } / Double(seconds.count)
        for (took, input) in seconds where took > 500 * mean + 0.05 {
            Issue.record("\(took) s, and \(mean) s in the mean: \(input)")
        }
        return result
    }

    @Test("templates are parsed and rendered within their limits, or fail at a place")
    func templates() throws {
        let pieces = [
            "{{", "}}", "{{{", "}}}", "{{a}}", "{{.}}", "{{o.o}}", "{{&a}}", "{{#l}}", "{{/l}}",
            "{{^l}}", "{{#o}}", "{{/o}}", "{{>p}}", "{{>*p}}", "{{<p}}", "{{/p}}", "{{$x}}",
            "{{/x}}", "{{f}}", "{{#f}}", "{{/f}}", "{{! c }}", "{{=<% %>=}}", "<%={{ }}=%>",
            "<%a%>",
            "\n", "  ", "text", "\r\n", "ü", "{{=| |=}}", "|a|",
        ]
        let data: Mustache.Value = [
            "a": "A<", "l": [1, ["a": "inner", "l": []], nil], "o": ["o": 1.5, "p": "p"], "p": "p",
            "f": .lambda { text in (text ?? "{{a}}") + "{{#l}}{{>p}}{{/l}}" },
        ]
        let limits = Mustache.Limits(depth: 20, outputBytes: 20_000, expansions: 500)
        let partial = try Mustache.Template("<{{$x}}{{.}}{{/x}}>\n{{>q}}")
        let result = fuzz(5_000, pieces: pieces) { input in
            let source = String(decoding: input, as: UTF8.self)
            do throws(Mustache.Failure) {
                let template = try Mustache.Template(source)
                let partials = ["p": partial, "q": template]
                for mode in [Mustache.Mode.specification, .strict] {
                    let text = try template.render(
                        data,
                        partials: partials,
                        mode: mode,
                        limits: limits
                    )
                    #expect(text.utf8.count <= limits.outputBytes, "\(source)")
                }
                return true
            } catch {
                let place = error.location
                #expect(place.line >= 1 && place.column >= 1, "\(source)")
                return false
            }
        }
        #expect(result.good > 100 && result.bad > 100, "\(result)")
    }

    @Test("manifests are taken, or refused in words that cannot steer a terminal")
    func manifests() {
        let pieces = [
            #"{"title":"T","summary":"s","greeting":"g","default":true}"#, "\n",
            #"{"title":"T","summary":"s","greeting":"g","default":true,"modules":["a"]}"#,
            #"{"title":"T","summary":"s","greeting":"g","default":true"#, "}", "{", "[", "]", ",",
            #","modules":["a"]"#, #""title":"#, "null", "1e400", #""\ud800""#, #""\u0007""#, " ",
            #","x":1"#, "\u{7}", "true", "\u{FEFF}", #","default":true"#,
        ]
        let result = fuzz(5_000, pieces: pieces, most: 3) { input in
            let files = [
                TemplateFile(path: "x/manifest.json", contents: .bytes(input)),
                TemplateFile(path: "x/wsgi.py", contents: .text("")),
            ]
            do throws(ScaffoldError) {
                return try Catalog(files: files).defaultFramework.manifest.isDefault
            } catch {
                expectHarmless(error.diagnostic)
                return false
            }
        }
        #expect(result.good > 100 && result.bad > 100, "\(result)")
    }

    @Test("words of the command line are taken, or refused in words that cannot steer a terminal")
    func arguments() throws {
        let catalog = try Catalog.embedded()
        let options = Option.all(catalog)
        var pieces = options.flatMap(\.spellings) + CommandName.words.map(\.rawValue)
        pieces += options.flatMap(\.kind.choices).map(\.word)
        pieces += Array(repeating: "\0", count: pieces.count)
        pieces += ["hello", "=", "-", "--", "a b", "\u{1B}[31m", "\u{202E}", "/", "..", "é", "a.b"]
        let result = fuzz(5_000, pieces: pieces) { input in
            let words = input.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            do {
                if case .create(let request, _) = try parse(
                    words,
                    options: OptionTable(usual: Option.usual(catalog), all: options),
                    isFolder: { _ in
                        false
                    }
                ) {
                    _ = try ProjectConfiguration(request, catalog: catalog)
                }
                return true
            } catch let error as ArgumentError {
                expectHarmless(error.diagnostic)
            } catch let error as ScaffoldError {
                expectHarmless(error.diagnostic)
            } catch {
                Issue.record("an error that nobody explains: \(error)")
            }
            return false
        }
        #expect(result.good > 100 && result.bad > 100, "\(result)")
    }

    /// Checks that the words of an error are there, are not endless, and cannot steer a terminal.
    private func expectHarmless(_ diagnostic: Diagnostic) {
        let words = [diagnostic.message, diagnostic.reason ?? "", diagnostic.hint ?? ""]
        let text = words.joined(separator: " ")
        #expect(!diagnostic.message.isEmpty && text.count < 5000)
        #expect(!text.unicodeScalars.contains { isInvisible($0) && $0 != "\n" }, "\(words)")
    }
}
