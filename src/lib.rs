//! Remote MCP connector for TokPortal.
