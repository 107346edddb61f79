"""Names of elsewhere matched with the entities here: the work behind the W3C Entity Reconciliation API 0.2.

The specification: https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""
