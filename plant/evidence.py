"""Dated records that show what telemetry cannot: tests, calibrations, inspections, drills."""

from collections.abc import Mapping
from dataclasses import dataclass

from plant.name import Name

# The type of the statement, with its reason, that a criterion does not apply to a subject.
NOT_APPLICABLE = "not_applicable"
# A misspelt type would be a record that no criterion ever finds.
EVIDENCE_TYPES: Mapping[str, Name] = {
    "proof_test": Name("联锁检验测试", "proof test of an interlock"),
    "calibration": Name("校准（检定）", "calibration"),
    NOT_APPLICABLE: Name("不适用说明", "statement that a criterion does not apply"),
    "interlock_test": Name("联锁功能试验", "function test of interlocks"),
    "lock_test": Name("炉口锁紧或回倾试验", "test of the furnace lock or the tilt-back"),
    "device_presence": Name("设施到位登记", "registry entry of a device in place"),
    "layout_survey": Name("平面布置核查", "layout survey"),
    "water_patrol": Name("积水巡查", "patrol for standing water"),
    "pump_test": Name("排水泵试验", "pump test"),
    "pressure_document": Name("设计压力文件", "design pressure document"),
    "relief_test": Name("放散功能试验", "function test of the relief"),
    "set_point_log": Name("设定值变更记录", "log of set-point changes"),
    "piping_drawing": Name("煤气管道图", "gas piping drawing"),
    "seal_patrol": Name("水封水位巡查", "patrol of the water seal"),
    "vessel_check": Name("应急容器干燥空置检查", "check that emergency vessels are dry and empty"),
    "vessel_inspection": Name("应急设施年度检查", "yearly inspection of emergency vessels"),
    "vessel_capacity": Name("应急储存容量计算", "capacity calculation of emergency vessels"),
    "bump_test": Name("通气测试", "bump test of gas detectors"),
    "manned_room_test": Name("值守地点响应试验", "response test of the manned room"),
    "detector_list": Name("探测器布点核对", "detector count against the room list"),
    "stroke_test": Name("隔断装置动作试验", "stroke test of an isolating device"),
    "seal_leak_test": Name("隔断装置密封试验", "leak test of an isolating device"),
    "casting_self_check": Name("铸造前自检", "self-check before a cast"),
    "emergency_water_check": Name(
        "应急冷却水压力确认", "emergency water pressure check before a cast"
    ),
    "emergency_water_test": Name("应急冷却水流量试验", "flow test of the emergency cooling water"),
    "dry_store_check": Name("铝锭干燥存放检查", "check of dry ingots"),
    "rope_check": Name("钢丝绳外观检查", "visual check of a hoist rope"),
    "rope_inspection": Name("钢丝绳详细检查", "detailed inspection of a hoist rope"),
    "rope_replacement": Name("钢丝绳更换", "replacement of a hoist rope"),
    "duct_drawing": Name("除尘管网图", "duct drawing"),
    "vent_inspection": Name("泄爆装置检查", "inspection of explosion vents"),
    "suppressor_service": Name("抑爆装置维保", "service of explosion suppressors"),
    "fan_survey": Name("风机位置核查", "survey of fan positions"),
    "airlock_check": Name("锁气卸灰装置检查", "check of an air-lock discharge"),
    "ex_certificate": Name("防爆合格证", "explosion-proof certificate"),
    "ex_visual_inspection": Name(
        "防爆电气外观检查", "visual inspection of explosion-proof equipment"
    ),
    "ex_detailed_inspection": Name(
        "防爆电气详细检查", "detailed inspection of explosion-proof equipment"
    ),
    "spark_self_test": Name("火花探测自检", "self-test of spark detection"),
    "dust_store_inspection": Name("金属粉尘储存处检查", "inspection of a metal-dust store"),
    "dust_cleaning": Name("积尘清扫", "dust cleaning"),
    "space_identification": Name("有限空间辨识", "identification of confined spaces"),
    "space_ledger": Name("有限空间台账", "ledger of confined spaces"),
    "space_sign": Name("有限空间警示标志", "warning sign of a confined space"),
    "work_permit": Name("作业审批（票）", "work permit"),
    "gas_test": Name("进入前气体检测", "gas test before entry"),
    "gas_record": Name("作业中气体记录", "gas record during work"),
    "attendant_post": Name("监护人员到岗", "attendant on post"),
    "attendant_training": Name("监护人员培训", "training of an attendant"),
    "evacuation_drill": Name("疏散演练", "evacuation drill"),
    "ventilation_capacity": Name(
        "事故通风换气计算", "air-change calculation of emergency ventilation"
    ),
    "warehouse_inspection": Name("仓库检查", "warehouse inspection"),
    "stack_review": Name("堆垛规则评审", "review of the stacking rule"),
    "duty_test": Name("法定职责考核", "test of legal duties"),
    "action_briefing": Name("三年行动学习考核", "test or briefing on the three-year action"),
    "competence_certificate": Name("安全知识和管理能力合格证", "certificate of safety competence"),
    "retraining": Name("年度再培训", "yearly retraining"),
    "safety_evaluation": Name("安全评价", "safety evaluation"),
    "design_approval": Name("安全设施设计审批", "approval of the safety design"),
    "construction_conformity": Name("按图施工确认", "construction as approved"),
    "safety_acceptance": Name("安全设施验收", "acceptance of safety facilities"),
    "operation_licence": Name("特种作业操作证", "special-operation licence"),
    "licence_review": Name("操作证复审", "review of a licence"),
    "licence_check": Name("操作证网上核验", "licence checked with the issuer"),
    "safety_agreement": Name("安全管理协议", "safety agreement"),
    "agreement_review": Name("协议条款审查", "review of agreement clauses"),
    "contractor_inspection": Name("承包承租单位检查", "inspection of a contractor or tenant"),
    "risk_identification": Name("作业风险辨识", "identification of work risks"),
    "prohibitions_test": Name("十项禁令考核", "test on the ten prohibitions"),
    "prohibitions_sampling": Name("十项禁令抽考", "sampled test on the ten prohibitions"),
    "service_list_receipt": Name("服务清单知悉确认", "receipt of the service lists"),
}


@dataclass(frozen=True)
class Evidence:
    """One record as the plant folder states it.

    `subject` is the id of an equipment, interlock, signal or other subject of verdicts.
    `performed` is an RFC 3339 date-time, or, in a simulated plant only, `days_before` counts
    back from the moment the plant was first applied (so that a demonstration does not expire).
    `valid_until` (RFC 3339, or `valid_days` after it was performed) ends its validity before the
    criterion's own period does. `ok` is False when the record itself says that something is
    wrong (a failed drill, a defect found). `criterion` is given by a statement of
    `not_applicable` alone: the criterion of which `name` says why it does not apply.
    """

    id: str
    type: str
    subject: str
    name: Name
    performed: str = ""
    days_before: float | None = None
    valid_until: str = ""
    valid_days: float | None = None
    ok: bool = True
    criterion: str = ""
