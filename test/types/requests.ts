/**
 * What we send can be used where the official SDK asks for it.
 */
import type * as Sdk from "@anthropic-ai/sdk/resources/messages/messages.js"
import type * as BrowserState from "../../src/schema/BrowserState.js"
import type * as CacheControl from "../../src/schema/CacheControl.js"
import type * as Citation from "../../src/schema/Citation.js"
import type * as ClientTool from "../../src/schema/ClientTool.js"
import type * as CodeExecutionResult from "../../src/schema/CodeExecutionResult.js"
import type * as CodeExecutionTool from "../../src/schema/CodeExecutionTool.js"
import type * as Container from "../../src/schema/Container.js"
import type * as ContentBlockParam from "../../src/schema/ContentBlockParam.js"
import type * as DocumentBlockParam from "../../src/schema/DocumentBlockParam.js"
import type * as MessageRequest from "../../src/schema/MessageRequest.js"
import type * as Model from "../../src/schema/Model.js"
import type * as OutputConfig from "../../src/schema/OutputConfig.js"
import type * as Source from "../../src/schema/Source.js"
import type * as TextEditorResult from "../../src/schema/TextEditorResult.js"
import type * as Thinking from "../../src/schema/Thinking.js"
import type * as TokenCount from "../../src/schema/TokenCount.js"
import type * as Tool from "../../src/schema/Tool.js"
import type * as ToolSearchResult from "../../src/schema/ToolSearchResult.js"
import type * as ToolSearchTool from "../../src/schema/ToolSearchTool.js"
import type * as Toolset from "../../src/schema/Toolset.js"
import type * as WebFetchTool from "../../src/schema/WebFetchTool.js"
import type * as WebSearchTool from "../../src/schema/WebSearchTool.js"
import type * as WebToolResultParam from "../../src/schema/WebToolResultParam.js"
import { type Closed, assignable } from "./helpers.js"

assignable<Closed<MessageRequest.MessageRequest>, Sdk.MessageCreateParamsBase>()
assignable<Closed<TokenCount.TokenCountRequest>, Sdk.MessageCountTokensParams>()
assignable<Closed<MessageRequest.AssistantMessageParam>, Sdk.AssistantMessageParam>()
assignable<Closed<Source.Base64ImageSource>, Sdk.Base64ImageSource>()
assignable<Closed<Source.Base64PdfSource>, Sdk.Base64PDFSource>()
assignable<Closed<CodeExecutionResult.BashCodeExecutionOutput>, Sdk.BashCodeExecutionOutputBlockParam>()
assignable<Closed<CodeExecutionResult.BashCodeExecutionResult>, Sdk.BashCodeExecutionResultBlockParam>()
assignable<
  Closed<CodeExecutionResult.BashCodeExecutionToolResultBlockParam>,
  Sdk.BashCodeExecutionToolResultBlockParam
>()
assignable<Closed<CodeExecutionResult.BashCodeExecutionToolResultError>, Sdk.BashCodeExecutionToolResultErrorParam>()
assignable<Closed<BrowserState.BrowserStateBlockParam>, Sdk.BrowserStateBlockParam>()
assignable<Closed<BrowserState.DownloadCompleted>, Sdk.BrowserStateChangeDownloadCompleted>()
assignable<Closed<BrowserState.DownloadFailed>, Sdk.BrowserStateChangeDownloadFailed>()
assignable<Closed<BrowserState.DownloadStarted>, Sdk.BrowserStateChangeDownloadStarted>()
assignable<Closed<BrowserState.TabOpened>, Sdk.BrowserStateChangeTabOpened>()
assignable<Closed<BrowserState.BrowserTab>, Sdk.BrowserStateTabEntry>()
assignable<Closed<Toolset.BrowserToolset20260801>, Sdk.BrowserToolset20260801>()
assignable<Closed<CacheControl.CacheControl>, Sdk.CacheControlEphemeral>()
assignable<Closed<Citation.CharLocationParam>, Sdk.CitationCharLocationParam>()
assignable<Closed<Citation.ContentBlockLocationParam>, Sdk.CitationContentBlockLocationParam>()
assignable<Closed<Citation.PageLocationParam>, Sdk.CitationPageLocationParam>()
assignable<Closed<Citation.SearchResultLocation>, Sdk.CitationSearchResultLocationParam>()
assignable<Closed<Citation.WebSearchResultLocation>, Sdk.CitationWebSearchResultLocationParam>()
assignable<Closed<Citation.CitationsConfigParam>, Sdk.CitationsConfigParam>()
assignable<Closed<CodeExecutionResult.CodeExecutionOutput>, Sdk.CodeExecutionOutputBlockParam>()
assignable<Closed<CodeExecutionResult.CodeExecutionResult>, Sdk.CodeExecutionResultBlockParam>()
assignable<Closed<CodeExecutionTool.CodeExecutionTool20250522>, Sdk.CodeExecutionTool20250522>()
assignable<Closed<CodeExecutionTool.CodeExecutionTool20250825>, Sdk.CodeExecutionTool20250825>()
assignable<Closed<CodeExecutionTool.CodeExecutionTool20260120>, Sdk.CodeExecutionTool20260120>()
assignable<Closed<CodeExecutionTool.CodeExecutionTool20260521>, Sdk.CodeExecutionTool20260521>()
assignable<Closed<CodeExecutionResult.CodeExecutionToolResultBlockParam>, Sdk.CodeExecutionToolResultBlockParam>()
assignable<Closed<CodeExecutionResult.CodeExecutionToolResultError>, Sdk.CodeExecutionToolResultErrorParam>()
assignable<Closed<Toolset.ComputerToolset20260801>, Sdk.ComputerToolset20260801>()
assignable<Closed<Container.ContainerParams>, Sdk.ContainerParams>()
assignable<Closed<ContentBlockParam.ContainerUploadBlockParam>, Sdk.ContainerUploadBlockParam>()
assignable<Closed<DocumentBlockParam.ContentSource>, Sdk.ContentBlockSource>()
assignable<Closed<MessageRequest.DiagnosticsParam>, Sdk.DiagnosticsParam>()
assignable<Closed<DocumentBlockParam.DocumentBlockParam>, Sdk.DocumentBlockParam>()
assignable<Closed<CodeExecutionResult.EncryptedCodeExecutionResult>, Sdk.EncryptedCodeExecutionResultBlockParam>()
assignable<Closed<Source.FileSource>, Sdk.FileDocumentSource>()
assignable<Closed<Source.FileSource>, Sdk.FileImageSource>()
assignable<Closed<DocumentBlockParam.ImageBlockParam>, Sdk.ImageBlockParam>()
assignable<Closed<DocumentBlockParam.ImageTransformationsParam>, Sdk.ImageTransformationsParam>()
assignable<Closed<ClientTool.MemoryTool20250818>, Sdk.MemoryTool20250818>()
assignable<Closed<MessageRequest.Metadata>, Sdk.Metadata>()
assignable<Closed<OutputConfig.OutputConfig>, Sdk.OutputConfig>()
assignable<Closed<Source.PlainTextSource>, Sdk.PlainTextSource>()
assignable<Closed<ContentBlockParam.RedactedThinkingBlockParam>, Sdk.RedactedThinkingBlockParam>()
assignable<Closed<ContentBlockParam.SearchResultBlockParam>, Sdk.SearchResultBlockParam>()
assignable<Closed<ContentBlockParam.ServerToolUseBlockParam>, Sdk.ServerToolUseBlockParam>()
assignable<Closed<Container.SkillParams>, Sdk.SkillParams>()
assignable<Closed<MessageRequest.SystemMessageParam>, Sdk.SystemMessageParam>()
assignable<Closed<DocumentBlockParam.TextBlockParam>, Sdk.TextBlockParam>()
assignable<Closed<TextEditorResult.TextEditorCreateResult>, Sdk.TextEditorCodeExecutionCreateResultBlockParam>()
assignable<Closed<TextEditorResult.TextEditorStrReplaceResult>, Sdk.TextEditorCodeExecutionStrReplaceResultBlockParam>()
assignable<
  Closed<TextEditorResult.TextEditorCodeExecutionToolResultBlockParam>,
  Sdk.TextEditorCodeExecutionToolResultBlockParam
>()
assignable<
  Closed<TextEditorResult.TextEditorCodeExecutionToolResultError>,
  Sdk.TextEditorCodeExecutionToolResultErrorParam
>()
assignable<Closed<TextEditorResult.TextEditorViewResult>, Sdk.TextEditorCodeExecutionViewResultBlockParam>()
assignable<Closed<ContentBlockParam.ThinkingBlockParam>, Sdk.ThinkingBlockParam>()
assignable<Closed<Thinking.ThinkingConfigAdaptive>, Sdk.ThinkingConfigAdaptive>()
assignable<Closed<Thinking.ThinkingConfigBetweenTools>, Sdk.ThinkingConfigBetweenTools>()
assignable<Closed<Thinking.ThinkingConfigDisabled>, Sdk.ThinkingConfigDisabled>()
assignable<Closed<Thinking.ThinkingConfigEnabled>, Sdk.ThinkingConfigEnabled>()
assignable<Closed<ClientTool.CustomTool>, Sdk.Tool>()
assignable<Closed<ClientTool.BashTool20250124>, Sdk.ToolBash20250124>()
assignable<Closed<Tool.ToolChoiceAny>, Sdk.ToolChoiceAny>()
assignable<Closed<Tool.ToolChoiceAuto>, Sdk.ToolChoiceAuto>()
assignable<Closed<Tool.ToolChoiceNone>, Sdk.ToolChoiceNone>()
assignable<Closed<Tool.ToolChoiceTool>, Sdk.ToolChoiceTool>()
assignable<Closed<ToolSearchResult.ToolReferenceBlockParam>, Sdk.ToolReferenceBlockParam>()
assignable<Closed<ContentBlockParam.ToolResultBlockParam>, Sdk.ToolResultBlockParam>()
assignable<Closed<ToolSearchTool.ToolSearchToolBm2520251119>, Sdk.ToolSearchToolBm25_20251119>()
assignable<Closed<ToolSearchTool.ToolSearchToolRegex20251119>, Sdk.ToolSearchToolRegex20251119>()
assignable<Closed<ToolSearchResult.ToolSearchToolResultBlockParam>, Sdk.ToolSearchToolResultBlockParam>()
assignable<Closed<ToolSearchResult.ToolSearchToolResultError>, Sdk.ToolSearchToolResultErrorParam>()
assignable<Closed<ToolSearchResult.ToolSearchResultParam>, Sdk.ToolSearchToolSearchResultBlockParam>()
assignable<Closed<ClientTool.TextEditorTool20250124>, Sdk.ToolTextEditor20250124>()
assignable<Closed<ClientTool.TextEditorTool20250429>, Sdk.ToolTextEditor20250429>()
assignable<Closed<ClientTool.TextEditorTool20250728>, Sdk.ToolTextEditor20250728>()
assignable<Closed<ContentBlockParam.ToolUseBlockParam>, Sdk.ToolUseBlockParam>()
assignable<Closed<Source.UrlSource>, Sdk.URLImageSource>()
assignable<Closed<Source.UrlSource>, Sdk.URLPDFSource>()
assignable<Closed<WebSearchTool.UserLocation>, Sdk.UserLocation>()
assignable<Closed<MessageRequest.UserMessageParam>, Sdk.UserMessageParam>()
assignable<Closed<WebToolResultParam.WebFetchResultParam>, Sdk.WebFetchBlockParam>()
assignable<Closed<WebFetchTool.WebFetchTool20250910>, Sdk.WebFetchTool20250910>()
assignable<Closed<WebFetchTool.WebFetchTool20260209>, Sdk.WebFetchTool20260209>()
assignable<Closed<WebFetchTool.WebFetchTool20260309>, Sdk.WebFetchTool20260309>()
assignable<Closed<WebFetchTool.WebFetchTool20260318>, Sdk.WebFetchTool20260318>()
assignable<Closed<WebToolResultParam.WebFetchToolResultBlockParam>, Sdk.WebFetchToolResultBlockParam>()
assignable<Closed<WebToolResultParam.WebFetchToolResultError>, Sdk.WebFetchToolResultErrorBlockParam>()
assignable<Closed<WebToolResultParam.WebSearchResultParam>, Sdk.WebSearchResultBlockParam>()
assignable<Closed<WebSearchTool.WebSearchTool20250305>, Sdk.WebSearchTool20250305>()
assignable<Closed<WebSearchTool.WebSearchTool20260209>, Sdk.WebSearchTool20260209>()
assignable<Closed<WebSearchTool.WebSearchTool20260318>, Sdk.WebSearchTool20260318>()
assignable<Closed<WebToolResultParam.WebSearchToolResultBlockParam>, Sdk.WebSearchToolResultBlockParam>()
assignable<Closed<ContentBlockParam.ContentBlockParam>, Sdk.ContentBlockParam>()
assignable<Closed<MessageRequest.MessageParam>, Sdk.MessageParam>()
assignable<Closed<Model.ModelId>, Sdk.Model>()
assignable<Closed<Citation.TextCitationParam>, Sdk.TextCitationParam>()
assignable<Closed<Thinking.ThinkingConfig>, Sdk.ThinkingConfigParam>()
assignable<Closed<Tool.ToolChoice>, Sdk.ToolChoice>()
assignable<Closed<Tool.Tool>, Sdk.ToolUnion>()
assignable<Closed<Tool.Tool>, Sdk.MessageCountTokensTool>()
