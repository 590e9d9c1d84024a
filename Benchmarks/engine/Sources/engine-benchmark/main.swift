// Compares the Mustache engine of this repository with swift-mustache, in one run.
//
//     swift run -c release --package-path Benchmarks/engine
//
// Both engines parse the same templates and render them with the same data. If their results differ, the
// benchmark fails. They take turns round after round, and the medians are compared. The exit code is 1
// if ours is not faster on every page.

import Foundation

/// An engine with one page. Parsing is measured separately.
protocol Contender {
    init(_ page: Page) throws
    static func parse(_ template: String) throws
    func render() throws -> String
}

/// Returns the time of one repetition, measured over enough repetitions for 20 ms.
func seconds(_ action: () throws -> Void) rethrows -> Double {
    let clock = ContinuousClock()
    let start = clock.now
    var count = 0
    repeat {
        try action()
        count += 1
    } while clock.now - start < .milliseconds(20)
    return (clock.now - start) / .seconds(1) / Double(count)
}

func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
}

/// Measures two actions in turns and returns both medians.
func compare(
    _ ours: () throws -> Void,
    _ peers: () throws -> Void
) rethrows -> (ours: Double, peers: Double) {
    let rounds = 9
    var times: (ours: [Double], peers: [Double]) = ([], [])
    for _ in 0..<rounds {
        times.ours.append(try seconds(ours))
        times.peers.append(try seconds(peers))
    }
    return (median(times.ours), median(times.peers))
}

func microseconds(_ seconds: Double) -> String {
    String(format: "%.2f", seconds * 1e6)
}

func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

var isFaster = true
print(
    "microseconds".padding(toLength: 34, withPad: " ", startingAt: 0)
        + column("pa-new", 14) + column("swift-mustache", 18) + column("times faster", 16)
)
for page in Page.all {
    let ours = try Ours(page)
    let peer = try Peer(page)
    let expected = try peer.render()
    let result = try ours.render()
    guard result == expected, !result.isEmpty else {
        print(
            "\(page.name): the results differ (\(result.utf8.count), \(expected.utf8.count) bytes)"
        )
        exit(1)
    }
    var length = 0
    let rows = [
        (
            "parse",
            try compare(
                { try Ours.parse(page.template) },
                { try Peer.parse(page.template) }
            )
        ),
        (
            "render",
            try compare(
                { length += try ours.render().utf8.count },
                { length -= try peer.render().utf8.count }
            )
        ),
    ]
    for (verb, times) in rows {
        let ratio = times.peers / times.ours
        if ratio <= 1 { isFaster = false }
        print(
            "\(page.name)".padding(toLength: 34, withPad: " ", startingAt: 0)
                + column(verb, 8) + column(microseconds(times.ours), 14)
                + column(microseconds(times.peers), 18)
                + column(String(format: "%.1f", ratio), 16)
        )
    }
}
print("target: faster on each: \(isFaster ? "met" : "missed")")
exit(isFaster ? 0 : 1)
