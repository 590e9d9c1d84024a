// swift-tools-version: 6.1
// A separate package, because the peer is a dependency of this comparison and not of pa-new.
import PackageDescription

let package = Package(
    name: "engine",
    dependencies: [
        .package(
            url: "https://github.com/hummingbird-project/swift-mustache",
            exact: "2.1.1"
        )
    ],
    targets: [
        // A link to the sources of our engine: both modules are called Mustache, and SwiftPM can rename
        // one of them only for the whole package.
        .target(name: "OurMustache"),
        .executableTarget(
            name: "engine-benchmark",
            dependencies: [
                "OurMustache", .product(name: "Mustache", package: "swift-mustache"),
            ]
        ),
    ]
)
