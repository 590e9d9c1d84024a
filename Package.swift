// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "pa-new",
    products: [
        // The tool.
        .executable(name: "pa-new", targets: ["pa-new"]),
        // What the tool is made of, for other programs.
        .library(name: "Scaffold", targets: ["Scaffold"]),
        // The template engine alone.
        .library(name: "Mustache", targets: ["Mustache"]),
    ],
    targets: [
        // The template engine. It imports nothing of ours, and no Foundation.
        .target(name: "Mustache"),
        .target(
            name: "Scaffold",
            dependencies: ["Mustache"],
            // Links to the folders of that name: with them the build notices a file that was added.
            exclude: ["HostPython", "Templates"],
            plugins: ["EmbedTemplates"]
        ),
        .executableTarget(name: "pa-new", dependencies: ["Mustache", "Scaffold"]),

        // Turns Templates/ and HostPython/ into Swift tables at build time: the tool is one file.
        .executableTarget(name: "embed-templates"),
        .plugin(
            name: "EmbedTemplates",
            capability: .buildTool(),
            dependencies: ["embed-templates"]
        ),

        // What all test targets stand on: folders, processes, Python environments.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        // What tests kill while it changes a folder.
        .executableTarget(
            name: "change-folder",
            dependencies: ["Scaffold"],
            path: "Tests/ChangeFolder"
        ),
        .testTarget(name: "MustacheTests", dependencies: ["Mustache", "TestSupport"]),
        .testTarget(
            name: "ScaffoldTests",
            dependencies: ["Mustache", "Scaffold", "pa-new", "TestSupport"]
        ),
        .testTarget(
            name: "CommandLineTests",
            dependencies: ["Scaffold", "pa-new", "change-folder", "TestSupport"],
            exclude: ["C", "Python"]
        ),
        .testTarget(
            name: "CheckerTests",
            dependencies: ["Scaffold", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "DeployerTests",
            dependencies: ["Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "DistributionTests",
            dependencies: ["Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(
            name: "GeneratedProjectTests",
            dependencies: ["Scaffold", "pa-new", "TestSupport"],
            exclude: ["C", "Python", "Recorded", "Swift"]
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["Scaffold", "pa-new", "TestSupport"],
            exclude: ["Python"]
        ),
        .testTarget(name: "RehearsalTests", dependencies: ["Scaffold", "pa-new", "TestSupport"]),
    ]
)
