import Release
import TestSupport
import Testing

@testable import Deed

/// A repository with a team's own checklists.
enum ChecklistSample {
  static let path = "docs/release/production.md"

  static let document = """
    # Release

    ## 1. Prepare

    - [ ] Backups of `orders` are done
    - [ ] Version: ____ is announced
    - [ ] A cake is ordered <!-- deed: optional -->

    ## 2. 確認

    | No. | 確認項目 | 手順・コマンド | 備考 |
    | --- | --- | --- | --- |
    | 2.1 | ログに誤りがない | `make logs` | 毎回 <!-- deed: id=logs --> |
    | 2.2 | TLS の証明書を確かめた | 手で開く | |

    ## 3. After the release

    <!-- deed: stage=after -->

    - [ ] Errors stay below 1 %

    """

  static let cloud = """
    # Cloud

    ## 2. Network

    - [ ] The firewall is closed
    - [ ] TLS everywhere

    """

  static let policy = """
    [approvals]
    required = 1
    [checklists]
    production = "docs/release/production.md"

    """

  /// With two environments and two checklists.
  static let policyOfTwo = """
    [approvals]
    required = 1
    [checklists]
    production = "docs/release/production.md"
    cloud = "docs/cloud.md"
    [environments.staging]
    checklists = ["production"]
    [environments.production]
    checklists = ["production", "cloud"]

    """

  static func project(_ document: String = document) throws -> TestRepository {
    let test = try TestRepository()
    try test.commit("feat: begin", files: ["deed.toml": policy, path: document])
    return test
  }

  static func projectOfTwo() throws -> TestRepository {
    let test = try TestRepository()
    try test.commit(
      "feat: begin",
      files: ["deed.toml": policyOfTwo, path: document, "docs/cloud.md": cloud])
    return test
  }
}
