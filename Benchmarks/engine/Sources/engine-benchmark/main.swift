// Renders pages with the Mustache engine of this repository and with swift-mustache, for
// `Benchmarks/engine.py`, which lets them take turns with an engine in Python.
//
// `pages` prints the pages as JSON, with what both engines make of them: if that differs, it fails.
// `measure` reads lines such as `render 0 ours` and answers each with the CPU time in seconds.

import Foundation

/// An engine with one page.
///
/// Parsing is measured separately.
protocol Contender {
    init(_ page: Page) throws
    static func parse(_ template: String) throws
    func render() throws -> String
}

/// The CPU time of this process: unlike the time by the clock, other programs hardly change it.
func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Returns the time of one repetition, measured over enough repetitions for 20 ms.
func seconds(_ action: () throws -> Void) rethrows -> Double {
    let start = processorSeconds()
    var count = 0
    repeat {
        try action()
        count += 1
    } while processorSeconds() - start < 0.02
    return (processorSeconds() - start) / Double(count)
}

func printPages() throws {
    let pages = try Page.all.map { page -> [String: Any] in
        let expected = try Peer(page).render()
        let result = try Ours(page).render()
        guard result == expected, !result.isEmpty else {
            fail("\(page.name): the results differ")
        }
        return [
            "name": page.name, "template": page.template, "partials": page.partials,
            "data": page.data.object, "result": result,
        ]
    }
    FileHandle.standardOutput.write(try JSONSerialization.data(withJSONObject: pages))
}

/// The engines with the pages that were rendered: some take seconds to parse a page.
var contenders: [String: any Contender] = [:]

/// Returns the seconds of an action with a page: "parse" or "render", by "ours" or "peer".
@MainActor func measure(_ action: String, _ page: Page, _ engine: String) throws -> Double {
    let type: any Contender.Type = engine == "ours" ? Ours.self : Peer.self
    guard action == "render" else { return try seconds { try type.parse(page.template) } }
    let contender = try contenders["\(engine) \(page.name)"] ?? type.init(page)
    contenders["\(engine) \(page.name)"] = contender
    var length = 0
    let result = try seconds { length += try contender.render().utf8.count }
    return length > 0 ? result : 0
}

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("\(message)\n".utf8))
    exit(2)
}

switch CommandLine.arguments.dropFirst().first {
case "pages": try printPages()
case "measure":
    while let line = readLine() {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 3, let index = Int(words[1]), Page.all.indices.contains(index) else {
            fail("not a measurement: \(line)")
        }
        print(try measure(words[0], Page.all[index], words[2]))
        fflush(nil)
    }
default: fail("run python3 Benchmarks/engine.py")
}
