// The options for a project's pipeline.

import Scaffold

extension Option {
    /// Options for the pipeline of a project.
    static var pipeline: [Option] {
        let services =
            [Choice(Pipeline.none)]
            + Pipeline.allCases.map { Choice($0.rawValue, help: "a pipeline for \($0.title)") }
        return [
            Option(
                name: .ci,
                value: "C",
                kind: .choice(services),
                commands: [.create, .adopt],
                help: "add a CI pipeline that tests each push, and can deploy: "
                    + "\(listed(Pipeline.words, conjunction: "or")) (default: \(Pipeline.none))",
                helpFor: [
                    .adopt: "add a CI pipeline that checks each push, and can deploy: "
                        + "\(listed(Pipeline.words, conjunction: "or")) (default: \(Pipeline.none))"
                ]
            ),
            Option(
                name: .ciUpdates,
                commands: [.create, .adopt],
                help: "with --ci: add a job that runs 'pa-new update' each week and opens a pull "
                    + "request or merge request"
            ),
        ]
    }
}
