/**
 * What is here of two betas, of fallbacks on the server and of the credit for a refusal, is as the official SDK has it.
 */
import type * as Sdk from "@anthropic-ai/sdk/resources/beta/messages/messages.js"
import type * as Message from "../../src/schema/Message.js"
import type * as MessageRequest from "../../src/schema/MessageRequest.js"
import { assignable, sameKeys } from "./helpers.js"

type Theirs = Pick<Sdk.MessageCreateParams, "fallbacks" | "fallback_credit_token">
type Ours = Pick<MessageRequest.MessageRequest, "fallbacks" | "fallback_credit_token">

sameKeys<Theirs, Ours>()
sameKeys<Sdk.BetaFallbackCreditTokenParam, MessageRequest.FallbackCreditToken>()
sameKeys<Sdk.BetaRefusalStopDetails, Message.RefusalStopDetails>()
assignable<Theirs["fallback_credit_token"], Ours["fallback_credit_token"]>()
assignable<Sdk.BetaFallbackCreditTokenParam, MessageRequest.FallbackCreditToken>()
assignable<Sdk.BetaRefusalStopDetails, Message.RefusalStopDetails>()
assignable<
  Pick<Sdk.BetaFallbackParam, "model" | "max_tokens" | "speed">,
  Pick<MessageRequest.FallbackParam, "model" | "max_tokens" | "speed">
>()
assignable<"default", Ours["fallbacks"]>()
