"""The front door of the behaviour engine. Read as `import understudy.engine as p`."""

from .adapters.llm.blocked import BlockedModel
from .adapters.llm.choice import make_llm
from .adapters.llm.scripted import ScriptedModel, scripted
from .decisions.decision import Answer, Decided, Decision, decide
from .domain.agent import AgentDefinition
from .domain.knowledge import Term
from .domain.modes import CompositionMode, Criticality, OutputMode, SessionMode
from .domain.session import Customer, Session
from .domain.tool import ToolOverlap, ToolResult, TransientGuideline
from .domain.trace import Trace
from .engine_context import EngineContext
from .errors import (
    AgentLoadError,
    AuthoringError,
    DefinitionError,
    EngineError,
    MissingExtraError,
    ModelBlockedError,
    ModelError,
    ModelUnavailableError,
    NotOpenError,
    RelationshipCycleError,
    TemplateError,
    ToolServiceError,
    ToolSignatureError,
    UndecidedError,
    UnderstudyError,
    UnknownNameError,
)
from .guard import Fault, guarded
from .perceived_performance import (
    BasicPerceivedPerformancePolicy,
    NullPerceivedPerformancePolicy,
    PerceivedPerformancePolicy,
    PreambleConfiguration,
    RealTime,
    VoiceOptimizedPerceivedPerformancePolicy,
)
from .sdk.agents import Agent
from .sdk.app import Server
from .sdk.built import BuiltAgent
from .sdk.conversation import Conversation, TurnResult, open_conversation
from .sdk.guidelines import Guideline
from .sdk.inferring import infer_properties
from .sdk.journeys import END_JOURNEY, Journey, JourneyState, JourneyTransition
from .sdk.knowledge import VariableHandle as Variable
from .sdk.loading import load_agent
from .sdk.making import MATCH_ALWAYS
from .sdk.models import restrict_models
from .sdk.policy_graph import PolicyEdge, PolicyGraph, PolicyNode
from .sdk.policy_warnings import PolicyWarning
from .sdk.relations import AllOf, AnyOf, Tag
from .sdk.tool_services import PluginServer
from .sdk.tools import ToolContext, ToolId, ToolParameterOptions, tool
from .sdk.writing import WrittenGuideline, guideline
from .services import BatchPolicy, GuidelineMatch, GuidelineMatchingContext, JourneyMatch, JourneyStateMatch

__all__ = [
    "END_JOURNEY",
    "MATCH_ALWAYS",
    "Agent",
    "AgentDefinition",
    "AgentLoadError",
    "AllOf",
    "Answer",
    "AnyOf",
    "AuthoringError",
    "BasicPerceivedPerformancePolicy",
    "BatchPolicy",
    "BlockedModel",
    "BuiltAgent",
    "CompositionMode",
    "Conversation",
    "Criticality",
    "Customer",
    "Decided",
    "Decision",
    "DefinitionError",
    "EngineContext",
    "EngineError",
    "Fault",
    "Guideline",
    "GuidelineMatch",
    "GuidelineMatchingContext",
    "Journey",
    "JourneyMatch",
    "JourneyState",
    "JourneyStateMatch",
    "JourneyTransition",
    "MissingExtraError",
    "ModelBlockedError",
    "ModelError",
    "ModelUnavailableError",
    "NotOpenError",
    "NullPerceivedPerformancePolicy",
    "OutputMode",
    "PerceivedPerformancePolicy",
    "PluginServer",
    "PolicyEdge",
    "PolicyGraph",
    "PolicyNode",
    "PolicyWarning",
    "PreambleConfiguration",
    "RealTime",
    "RelationshipCycleError",
    "ScriptedModel",
    "Server",
    "Session",
    "SessionMode",
    "Tag",
    "TemplateError",
    "Term",
    "ToolContext",
    "ToolId",
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
    "WrittenGuideline",
    "decide",
    "guarded",
    "guideline",
    "infer_properties",
    "load_agent",
    "make_llm",
    "open_conversation",
    "restrict_models",
    "scripted",
    "tool",
]
