"""The front door of the behaviour engine. Read as `import understudy.engine as p`."""

from typing import TYPE_CHECKING

from .adapters.audit import AuditFile
from .adapters.embedding.hashing import HashingEmbedder
from .adapters.llm.blocked import BlockedModel
from .adapters.llm.budget import Budgeted, OwnPurse
from .adapters.llm.choice import make_llm
from .adapters.llm.counting import Counting
from .adapters.llm.routing import ByDecision, Fallbacks
from .adapters.llm.scripted import ScriptedModel, scripted
from .adapters.llm.throttle import Gate, Throttled
from .adapters.moderation.patterns import JailbreakModerator, Moderators, PatternModerator
from .adapters.retrievers import LocalRetrievers
from .adapters.stores.local import LocalCustomers, LocalSessions, LocalVariables
from .adapters.stores.memory import MemoryCustomers, MemorySessions, MemoryVariables
from .asking.optimization import OptimizationPolicy
from .author_code.engine_context import EngineContext
from .author_code.hooks import EngineHook, EngineHookResult, EngineHooks
from .author_code.matching import GuidelineMatchingContext, MatchingStrategy
from .author_code.perceived_performance import (
    BasicNoMatchResponseProvider,
    BasicPerceivedPerformancePolicy,
    NoMatchResponseProvider,
    NullPerceivedPerformancePolicy,
    PerceivedPerformancePolicy,
    PreambleConfiguration,
    RealTime,
    VoiceOptimizedPerceivedPerformancePolicy,
)
from .author_code.planning import BasicPlan, BasicPlanner, InferredCall, NullPlan, NullPlanner, Plan, Planner
from .author_code.response_state import IterationState, ResponseState
from .author_code.retrieval import RetrieverContext
from .decisions.catalogue import NAMES as DECISIONS
from .decisions.decision import Answer, AskRecord, Decided, Decision, StillUndecidedError, decide
from .domain.agent import AgentDefinition
from .domain.ask import Ask, Reply
from .domain.audit import AuditRecord
from .domain.knowledge import CannedResponseField, Capability, RetrieverResult, Term
from .domain.matches import GuidelineMatch, JourneyMatch, JourneyStateMatch
from .domain.modes import CompositionMode, Criticality, OutputMode, SessionMode
from .domain.relationship import Relationship, RelationshipKind
from .domain.session import Customer, Session
from .domain.tool import ToolOverlap, ToolResult, TransientGuideline
from .domain.tool_context import Interaction
from .domain.trace import Trace
from .errors import (
    AgentLoadError,
    AuthoringError,
    BudgetError,
    DefinitionError,
    EngineError,
    ExampleError,
    FreshnessError,
    MissingExtraError,
    ModelBlockedError,
    ModelError,
    ModelUnavailableError,
    NotOpenError,
    RelationshipCycleError,
    StoreError,
    TemplateError,
    ToolServiceError,
    ToolSignatureError,
    UndecidedError,
    UnderstudyError,
    UnknownNameError,
    WrongKindError,
)
from .extensions import extension
from .guard import Fault, guarded
from .journeys.walkable import Misstep, first_misstep
from .ports import LLM, Moderation, Moderator
from .sdk.accessing import ToolContextAccessor
from .sdk.agents import Agent
from .sdk.app import Server
from .sdk.built import BuiltAgent
from .sdk.client import Client
from .sdk.conversation import Conversation
from .sdk.customers import CustomerHandle
from .sdk.guidelines import Guideline
from .sdk.inferring import Inference, infer_properties
from .sdk.journeys import (
    END_JOURNEY,
    ChatJourneyState,
    ForkJourneyState,
    InitialJourneyState,
    Journey,
    JourneyState,
    JourneyTransition,
    ToolJourneyState,
)
from .sdk.loading import load_agent
from .sdk.match_always import MATCH_ALWAYS
from .sdk.models import NamedModel, restrict_models
from .sdk.onlooking import CustomerAnswer, JudgeAnswer, Wish, judge_reply, next_of_customer
from .sdk.opening import open_conversation
from .sdk.policy_graph import PolicyEdge, PolicyGraph, PolicyNode
from .sdk.policy_warnings import PolicyWarning
from .sdk.relations import AllOf, AnyOf, Tag
from .sdk.retrievers import DeferredRetriever
from .sdk.short import create_agent, create_session, summarize_session
from .sdk.tool_services import PluginServer
from .sdk.tools import ToolContext, ToolId, ToolParameterOptions, tool
from .sdk.turn_result import TurnResult
from .sdk.variables import VariableHandle as Variable
from .sdk.world import World
from .sdk.writing import WrittenGuideline, guideline
from .services import BatchPolicy

ParlantClient = Client
"""The name under which some programs know the client."""

if not TYPE_CHECKING:  # a type checker is to know a misspelt name for one

    def __getattr__(name: str) -> object:
        return extension(name, module=__name__)


__all__ = [
    "DECISIONS",
    "END_JOURNEY",
    "LLM",
    "MATCH_ALWAYS",
    "Agent",
    "AgentDefinition",
    "AgentLoadError",
    "AllOf",
    "Answer",
    "AnyOf",
    "Ask",
    "AskRecord",
    "AuditFile",
    "AuditRecord",
    "AuthoringError",
    "BasicNoMatchResponseProvider",
    "BasicPerceivedPerformancePolicy",
    "BasicPlan",
    "BasicPlanner",
    "BatchPolicy",
    "BlockedModel",
    "BudgetError",
    "Budgeted",
    "BuiltAgent",
    "ByDecision",
    "CannedResponseField",
    "Capability",
    "ChatJourneyState",
    "Client",
    "CompositionMode",
    "Conversation",
    "Counting",
    "Criticality",
    "Customer",
    "CustomerAnswer",
    "CustomerHandle",
    "Decided",
    "Decision",
    "DeferredRetriever",
    "DefinitionError",
    "EngineContext",
    "EngineError",
    "EngineHook",
    "EngineHookResult",
    "EngineHooks",
    "ExampleError",
    "Fallbacks",
    "Fault",
    "ForkJourneyState",
    "FreshnessError",
    "Gate",
    "Guideline",
    "GuidelineMatch",
    "GuidelineMatchingContext",
    "HashingEmbedder",
    "Inference",
    "InferredCall",
    "InitialJourneyState",
    "Interaction",
    "IterationState",
    "JailbreakModerator",
    "Journey",
    "JourneyMatch",
    "JourneyState",
    "JourneyStateMatch",
    "JourneyTransition",
    "JudgeAnswer",
    "LocalCustomers",
    "LocalRetrievers",
    "LocalSessions",
    "LocalVariables",
    "MatchingStrategy",
    "MemoryCustomers",
    "MemorySessions",
    "MemoryVariables",
    "MissingExtraError",
    "Misstep",
    "ModelBlockedError",
    "ModelError",
    "ModelUnavailableError",
    "Moderation",
    "Moderator",
    "Moderators",
    "NamedModel",
    "NoMatchResponseProvider",
    "NotOpenError",
    "NullPerceivedPerformancePolicy",
    "NullPlan",
    "NullPlanner",
    "OptimizationPolicy",
    "OutputMode",
    "OwnPurse",
    "ParlantClient",
    "PatternModerator",
    "PerceivedPerformancePolicy",
    "Plan",
    "Planner",
    "PluginServer",
    "PolicyEdge",
    "PolicyGraph",
    "PolicyNode",
    "PolicyWarning",
    "PreambleConfiguration",
    "RealTime",
    "Relationship",
    "RelationshipCycleError",
    "RelationshipKind",
    "Reply",
    "ResponseState",
    "RetrieverContext",
    "RetrieverResult",
    "ScriptedModel",
    "Server",
    "Session",
    "SessionMode",
    "StillUndecidedError",
    "StoreError",
    "Tag",
    "TemplateError",
    "Term",
    "Throttled",
    "ToolContext",
    "ToolContextAccessor",
    "ToolId",
    "ToolJourneyState",
    "ToolOverlap",
    "ToolParameterOptions",
    "ToolResult",
    "ToolServiceError",
    "ToolSignatureError",
    "Trace",
    "TransientGuideline",
    "TurnResult",
    "UndecidedError",
    "UnderstudyError",
    "UnknownNameError",
    "Variable",
    "VoiceOptimizedPerceivedPerformancePolicy",
    "Wish",
    "World",
    "WrittenGuideline",
    "WrongKindError",
    "create_agent",
    "create_session",
    "decide",
    "first_misstep",
    "guarded",
    "guideline",
    "infer_properties",
    "judge_reply",
    "load_agent",
    "make_llm",
    "next_of_customer",
    "open_conversation",
    "restrict_models",
    "scripted",
    "summarize_session",
    "tool",
]
