/**
 * Models, errors and the types that the official SDK keeps in namespaces: theirs can be used as ours, and no field is
 * absent.
 */
import type * as SdkPages from "@anthropic-ai/sdk/core/pagination.js"
import type * as Sdk from "@anthropic-ai/sdk/resources/messages/messages.js"
import type * as SdkModels from "@anthropic-ai/sdk/resources/models.js"
import type * as SdkShared from "@anthropic-ai/sdk/resources/shared.js"
import type * as ClientTool from "../../src/schema/ClientTool.js"
import type * as ErrorResponse from "../../src/schema/ErrorResponse.js"
import type * as MessageStreamEvent from "../../src/schema/MessageStreamEvent.js"
import type * as Model from "../../src/schema/Model.js"
import type * as Page from "../../src/schema/Page.js"
import { assignable, sameKeys } from "./helpers.js"

assignable<SdkModels.CapabilitySupport, Model.CapabilitySupport>()
assignable<SdkModels.ContextManagementCapability, Model.ContextManagementCapability>()
assignable<SdkModels.EffortCapability, Model.EffortCapability>()
assignable<SdkModels.ModelCapabilities, Model.ModelCapabilities>()
assignable<SdkModels.ModelInfo, Model.ModelInfo>()
assignable<SdkModels.ModelLine, Model.ModelLine>()
assignable<SdkModels.ServerToolsCapability, Model.ServerToolsCapability>()
assignable<SdkModels.ThinkingCapability, Model.ThinkingCapability>()
assignable<SdkModels.ThinkingTypes, Model.ThinkingTypes>()
assignable<SdkShared.ErrorResponse, ErrorResponse.ErrorResponse>()
assignable<SdkShared.ErrorObject, ErrorResponse.ErrorObject>()
assignable<SdkShared.ErrorType, ErrorResponse.ErrorType>()
assignable<Sdk.RawMessageDeltaEvent.Delta, MessageStreamEvent.MessageDeltaFields>()
assignable<Sdk.Tool.InputSchema, ClientTool.InputSchema>()
assignable<SdkPages.PageResponse<Sdk.Model>, Page.Page<Model.ModelId>>()

sameKeys<SdkModels.CapabilitySupport, Model.CapabilitySupport>()
sameKeys<SdkModels.ContextManagementCapability, Model.ContextManagementCapability>()
sameKeys<SdkModels.EffortCapability, Model.EffortCapability>()
sameKeys<SdkModels.ModelCapabilities, Model.ModelCapabilities>()
sameKeys<SdkModels.ModelInfo, Model.ModelInfo>()
sameKeys<SdkModels.ServerToolsCapability, Model.ServerToolsCapability>()
sameKeys<SdkModels.ThinkingCapability, Model.ThinkingCapability>()
sameKeys<SdkModels.ThinkingTypes, Model.ThinkingTypes>()
sameKeys<SdkShared.ErrorResponse, ErrorResponse.ErrorResponse>()
sameKeys<SdkShared.ErrorObject, ErrorResponse.ErrorObject>()
sameKeys<Sdk.RawMessageDeltaEvent.Delta, MessageStreamEvent.MessageDeltaFields>()
sameKeys<Sdk.Tool.InputSchema, ClientTool.InputSchema>()
sameKeys<SdkPages.PageResponse<Sdk.Model>, Page.Page<Model.ModelId>>()
