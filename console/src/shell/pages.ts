import type { Component } from 'vue'

/** A page of the console, in the order of the navigation. */
export interface PageEntry {
  name: string
  path: string
  /** The key that opens it, beside its place in the navigation. */
  keys: readonly string[]
  load: () => Promise<{ default: Component }>
}

export const PAGES: readonly PageEntry[] = [
  {
    name: 'overview',
    path: '/',
    keys: ['1'],
    load: () => import('../pages/overview/OverviewPage.vue'),
  },
  {
    name: 'alarms',
    path: '/alarms',
    keys: ['2'],
    load: () => import('../pages/alarms/AlarmsPage.vue'),
  },
  {
    name: 'firstout',
    path: '/first-out',
    keys: ['3', 'F'],
    load: () => import('../pages/firstout/FirstOutPage.vue'),
  },
  {
    name: 'interlocks',
    path: '/interlocks',
    keys: ['4'],
    load: () => import('../pages/interlocks/InterlocksPage.vue'),
  },
  {
    name: 'compliance',
    path: '/compliance',
    keys: ['5'],
    load: () => import('../pages/compliance/CompliancePage.vue'),
  },
  {
    name: 'trends',
    path: '/trends',
    keys: ['6'],
    load: () => import('../pages/trends/TrendsPage.vue'),
  },
  {
    name: 'signals',
    path: '/signals',
    keys: ['7'],
    load: () => import('../pages/signals/SignalsPage.vue'),
  },
  {
    name: 'system',
    path: '/system',
    keys: ['8'],
    load: () => import('../pages/system/SystemPage.vue'),
  },
]
