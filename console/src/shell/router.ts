import { createRouter, createWebHashHistory } from 'vue-router'
import { PAGES } from './pages'

/** Addresses behind `#`, so that any server or proxy gives the same one page. */
export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...PAGES.map(({ name, path, load }) => ({ name, path, component: load })),
    {
      name: 'equipment',
      path: '/equipment/:id',
      component: () => import('../pages/equipment/EquipmentPage.vue'),
      props: true,
    },
    { path: '/:other(.*)*', redirect: { name: 'overview', query: {} } },
  ],
})
